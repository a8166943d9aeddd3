/* The developers' page: everything of this Discord that a person does not do inside it. */

import { sandbox, Trouble } from "./api.js";
import { applications } from "./dev_applications.js";
import { gateway } from "./dev_gateway.js";
import { clockCard, faults } from "./dev_weather.js";
import { guilds, people } from "./dev_world.js";
import { h } from "./dom.js";
import { frame, problem } from "./paper.js";
import { say } from "./speech.js";

const page = document.getElementById("page");
const kept = { made: null }; // the token that is shown once outlives a redraw

async function draw() {
  let state, rules, numbers, limits;
  try {
    [state, rules, numbers, limits] = await Promise.all([sandbox.state(), sandbox.get("faults"), sandbox.get("gateway"), sandbox.get("rate-limits")]);
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    page.replaceChildren(...frame(say("Developers"), problem(trouble.message, h("button.b.p", { type: "button", onclick: draw }, say("Try again")))));
    return;
  }
  const context = { state, rules: rules.rules ?? [], seed: rules.seed ?? 0, numbers, limits, kept, draw };
  const parts = [applications, people, guilds, faults, gateway, clockCard].map((part) => part(context));
  const links = [["/", say("Conversation")], ["#applications", say("Applications")], ["#people", say("People")], ["#guilds", say("Servers")], ["#faults", say("Faults")], ["#gateway", say("Gateway")], ["#clock", say("Clock")]];
  const focus = document.activeElement?.id;
  page.replaceChildren(...frame(say("Developers"), parts, links));
  if (focus) document.getElementById(focus)?.focus();
}

await draw();
document.getElementById(location.hash.slice(1))?.scrollIntoView();
