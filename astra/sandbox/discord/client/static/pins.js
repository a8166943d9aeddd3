/* What is pinned in a channel. */

import { announce, freshId, h, icon } from "./dom.js";
import { exactly, moment, say } from "./speech.js";

/** Shows `messages` in a dialog; `goTo(id)` leads to one. */
export function showPins(messages, directory, goTo) {
  const title = freshId("pins");
  const dialog = h("dialog.modal", { "aria-labelledby": title, "data-pins": "", onclose: () => dialog.remove() },
    h("div.modal-head", {}, h("h2", { id: title }, say("Pinned messages")),
      h("button.x", { type: "button", "aria-label": say("Close"), onclick: () => dialog.close() }, icon("close"))),
    messages.length ? h("ul.pins", {}, messages.map((message) => h("li", {},
      h("p.sub", {}, h("b", {}, directory.nameOf(message.author)), " · ", h("time", { datetime: message.timestamp, title: exactly(message.timestamp) }, moment(message.timestamp))),
      h("p", {}, (message.content || say("A message without text")).slice(0, 200)),
      h("button.as-link", { type: "button", "data-go": message.id, onclick: () => { dialog.close(); goTo(message.id); } }, say("Go to the message")))))
      : h("p.c-empty", {}, say("Nothing is pinned in this channel.")));
  document.body.append(dialog);
  dialog.showModal();
  announce(say("Pinned messages"));
}
