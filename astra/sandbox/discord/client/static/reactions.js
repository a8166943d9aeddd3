/* Reactions under a message, and the menu to add one. */

import { arrows } from "./arrows.js";
import { h, icon } from "./dom.js";
import { ownEmoji } from "./emoji.js";
import { say } from "./speech.js";

const OFFERED = ["👍", "❤️", "✅", "🎉", "😂", "😮", "😢", "🔥", "👀", "🙏"];

/** How an emoji is named in addresses and events: the character, or `name:id`. */
export const nameOf = (emoji) => (emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name);

/** The chips of a message; pressing one joins in or takes one's own back. `react(name, on)` does it. */
export function reactions(message, react) {
  if (!message.reactions?.length) return null;
  return h("div.m-react", { role: "group", "aria-label": say("Reactions") }, message.reactions.map((one) => {
    const name = nameOf(one.emoji);
    const shown = one.emoji.id ? `:${one.emoji.name}:` : one.emoji.name;
    return h("button.chip", {
      type: "button", "data-reaction": name, "aria-pressed": String(one.me), "aria-label": say("{emoji}, {count}", { emoji: shown, count: one.count }),
      onclick: () => react(name, !one.me),
    }, h("span", { "aria-hidden": "true" }, one.emoji.id ? ownEmoji(one.emoji.id, one.emoji.name, "") : shown), h("b", { "aria-hidden": "true" }, one.count));
  }));
}

/** A button that opens a row of emoji. */
export function reactButton(react) {
  const menu = arrows(h("div.m-emoji", { role: "group", "aria-label": say("Add a reaction"), hidden: true }), "button");
  const button = h("button.x", { type: "button", "data-react": "", "aria-label": say("Add a reaction"), title: say("Add a reaction"), "aria-expanded": "false",
    onclick: () => (menu.hidden ? open() : close()) }, icon("smile"));
  const open = () => {
    // Made when they are wanted: a thousand messages would carry ten thousand buttons.
    menu.replaceChildren(...OFFERED.map((emoji) =>
      h("button.x", { type: "button", "data-emoji": emoji, "aria-label": emoji, onclick: () => { close(); react(emoji, true); } }, emoji)));
    menu.hidden = false; button.setAttribute("aria-expanded", "true"); menu.querySelector("button").focus();
  };
  const close = () => { menu.hidden = true; button.setAttribute("aria-expanded", "false"); button.focus(); };
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  return [button, menu];
}
