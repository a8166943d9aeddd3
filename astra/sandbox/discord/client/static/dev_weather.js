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
  ["GATEWAY INTERACTION_CREATE", "Clicks on their way to the bot (to cut the connection)"],
];
const KINDS = [
  ["error", "Refuse with an error"],
  ["rate_limit", "Say that it is too often (429)"],
  ["lose_answer", "Do it and lose the answer"],
  ["lose_request", "Lose the request: nothing is done, nothing is answered"],
  ["delay", "Answer late"],
  ["drop", "Do it and cut the bot's connection"],
];

const OWN = "own";

/** The card of faults. */
export function faults({ state, rules, seed, draw }) {
  const name = (list, value) => say(list.find(([one]) => one === value)?.[1] ?? value);
  const own = field("own", say("Method and path"), { placeholder: "POST /channels/.*/messages", pattern: "(\\*|[A-Z]+) .+", maxlength: 200 });
  own.hidden = true;
  const where = field("match", say("Requests"), { onchange: (event) => {
    own.hidden = event.target.value !== OWN;
    own.querySelector("input").required = !own.hidden;
  } }, [...WHERE.map(([value, text]) => [value, say(text)]), [OWN, say("My own pattern")]]);
  const make = form([
    where,
    own,
    field("kind", say("What goes wrong"), {}, KINDS.map(([value, text]) => [value, say(text)])),
    field("application_id", say("Bot"), {}, [["", say("all of them")], ...state.applications.map((app) => [app.id, app.name])]),
    field("times", say("How often (empty: always)"), { type: "number", min: 1, max: 1000, value: 1 }),
    field("chance", say("Chance in percent"), { type: "number", min: 1, max: 100, value: 100, required: true }),
    field("seconds", say("Seconds"), { type: "number", min: 0, max: 60, step: 0.1, value: 1, required: true }),
    field("status", say("Status of the error"), { type: "number", min: 400, max: 599, value: 500, required: true }),
  ], say("Add the fault"), async (values) => {
    const rule = { match: values.match === OWN ? values.own : values.match, kind: values.kind, seconds: Number(values.seconds) };
    if (values.times) rule.times = Number(values.times);
    if (Number(values.chance) < 100) rule.chance = Number(values.chance) / 100;
    if (values.application_id) rule.application_id = values.application_id;
    if (rule.kind === "error") rule.status = Number(values.status);
    await sandbox.put("faults", { seed, rules: [...rules.filter((one) => one.times !== 0), rule] });
    await draw();
  });
  return card("faults", say("Faults"), say("Discord is not always well. Here you choose what the bot has to cope with."),
    rules.map((rule) => h("p.p-item", { "data-fault": rule.kind }, `${name(WHERE, rule.match)}: ${name(KINDS, rule.kind)}. `, about(rule, state),
      rule.times === null || rule.times === undefined ? say("Until it is cleared.") : say("Left: {count}.", { count: number(rule.times) }))),
    rules.length ? action(say("Clear all faults"), {}, async () => { await sandbox.put("faults", { rules: [] }); await draw(); }) : h("p.p-none", {}, say("Everything behaves well.")),
    make, replay(rules, seed, draw));
}

function about(rule, state) {
  const app = state.applications.find((one) => one.id === rule.application_id);
  return [
    rule.kind === "error" ? say("Status {status}. ", { status: rule.status }) : "",
    rule.kind === "delay" || rule.kind === "rate_limit" ? say("{seconds} s. ", { seconds: number(rule.seconds) }) : "",
    rule.chance !== undefined && rule.chance < 1 ? say("In {percent} % of the cases. ", { percent: number(rule.chance * 100) }) : "",
    app ? say("Only {name}. ", { name: app.name }) : "",
  ].join("");
}

/** All rules as one text, to keep and to play again. */
function replay(rules, seed, draw) {
  const id = "rules-text";
  const text = h("textarea", { id, name: "rules", rows: 6, spellcheck: "false", autocomplete: "off", "aria-describedby": `${id}-about` });
  text.value = JSON.stringify({ seed, rules: rules.filter((rule) => rule.times !== 0) }, null, 1);
  const put = form([h("div.p-field", {}, h("label", { for: id }, say("The rules as JSON")), text)], say("Put these rules in force"), async (values) => {
    let wanted;
    try {
      wanted = JSON.parse(values.rules);
    } catch {
      return say("This is no JSON. Nothing was changed.");
    }
    await sandbox.put("faults", { ...wanted, rules: Array.isArray(wanted) ? wanted : wanted?.rules });
    await draw();
    return undefined;
  });
  return h("details", { id: "replay" }, h("summary", {}, say("Keep and replay")),
    h("p.sub", { id: `${id}-about` }, say("Copy this text to keep it. In force again, the same rules bring the same misfortunes in the same order.")), put);
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
  return card("clock", say("Clock"), say("Only this Discord's time moves, not that of the programs around it."),
    h("p", { "data-clock": "" }, say("Here it is {time}.", { time: exactly(now()) })),
    h("div.acts", {}, STEPS.map(([seconds, text]) => action(say("Forward: {step}", { step: say(text) }), { "data-forward": seconds }, () => set(offset + seconds))),
      offset ? action(say("Back to real time"), {}, () => set(0)) : null),
    form([
      field("amount", say("Forward by"), { type: "number", min: 1, max: 100000, step: 1, value: 30, required: true }),
      field("unit", say("Unit"), {}, [[60, say("minutes")], [HOUR, say("hours")], [24 * HOUR, say("days")]]),
    ], say("Move the clock"), (values) => set(offset + Number(values.amount) * Number(values.unit))));
}
