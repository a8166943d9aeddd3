/* What goes wrong on purpose, and what time it is. */

import { sandbox } from "./api.js";
import { h } from "./dom.js";
import { action, card, field, form } from "./paper.js";
import { exactly, moveClock, now, number, say } from "./speech.js";

const WHERE = [
  ["* .*", "Every request"],
  ["* /channels/.*/messages", "Messages in channels"],
  ["* /webhooks/", "Answers to clicks"],
  ["POST /users/@me/channels", "Opening a direct message"],
  ["* /guilds/.*/members/", "Members and their roles"],
];
const KINDS = [
  ["error", "Refuse with an error"],
  ["rate_limit", "Say that it is too often (429)"],
  ["lose_answer", "Do it and lose the answer"],
  ["delay", "Answer late"],
];

/** The card of faults. */
export function faults({ rules, draw }) {
  const name = (list, value) => say(list.find(([one]) => one === value)?.[1] ?? value);
  const make = form([
    field("match", say("Requests"), {}, WHERE.map(([value, text]) => [value, say(text)])),
    field("kind", say("What goes wrong"), {}, KINDS.map(([value, text]) => [value, say(text)])),
    field("times", say("How often"), { type: "number", min: 1, max: 1000, value: 1, required: true }),
    field("seconds", say("Seconds"), { type: "number", min: 0, max: 60, step: 0.1, value: 1, required: true }),
    field("status", say("Status of the error"), { type: "number", min: 400, max: 599, value: 500, required: true }),
  ], say("Add the fault"), async (values) => {
    const rule = { match: values.match, kind: values.kind, times: Number(values.times), seconds: Number(values.seconds) };
    if (rule.kind === "error") rule.status = Number(values.status);
    await sandbox.put("faults", { rules: [...rules.filter((one) => one.times !== 0), rule] });
    await draw();
  });
  return card("faults", say("Faults"), say("Discord is not always well. Here you choose what the bot has to cope with."),
    rules.map((rule) => h("p.p-item", { "data-fault": rule.kind }, `${name(WHERE, rule.match)}: ${name(KINDS, rule.kind)}. `,
      rule.times === null || rule.times === undefined ? say("Until it is cleared.") : say("Left: {count}.", { count: number(rule.times) }))),
    rules.length ? action(say("Clear all faults"), {}, async () => { await sandbox.put("faults", { rules: [] }); await draw(); }) : h("p.p-none", {}, say("Everything behaves well.")),
    make);
}

const HOUR = 3600;
const STEPS = [[15 * 60, "15 minutes"], [HOUR, "1 hour"], [24 * HOUR, "1 day"], [8 * 24 * HOUR, "8 days"]];

/** The card of the clock. */
export function clockCard({ state, draw }) {
  const offset = state.clock?.offset_seconds ?? 0;
  moveClock(offset);
  const set = async (seconds) => {
    await sandbox.post("clock", { offset_seconds: seconds });
    await draw();
  };
  return card("clock", say("Clock"), say("Only this Discord's time moves. The shop has a clock of its own (astra clock)."),
    h("p", { "data-clock": "" }, say("Here it is {time}.", { time: exactly(now()) })),
    h("div.acts", {}, STEPS.map(([seconds, text]) => action(say("Forward: {step}", { step: say(text) }), { "data-forward": seconds }, () => set(offset + seconds))),
      offset ? action(say("Back to real time"), {}, () => set(0)) : null));
}
