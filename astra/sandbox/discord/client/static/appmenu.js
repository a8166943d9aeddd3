/* The commands that applications put into the menu of a message and of whoever wrote it. */

import { arrows } from "./arrows.js";
import { h, icon } from "./dom.js";
import { say } from "./speech.js";

/** A button with that menu. `find()` tells the commands, `run(command)` uses one. */
export function appMenu(find, run) {
  const menu = arrows(h("div.m-apps", { role: "group", "aria-label": say("Commands of applications"), hidden: true }), "button");
  const label = say("Commands of applications");
  const button = h("button.x", { type: "button", "data-apps": "", "aria-label": label, title: label, "aria-expanded": "false", onclick: () => (menu.hidden ? open() : close()) }, icon("pulse"));
  const open = async () => {
    const found = await find();
    menu.replaceChildren(...found.map((command) => h("button", { type: "button", "data-menu-command": command.name, onclick: () => { close(); run(command); } },
      h("b", {}, command.name), h("small", {}, command.application ?? ""))));
    if (!found.length) menu.append(h("p.sub", {}, say("No application offers a command here.")));
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    menu.querySelector("button")?.focus();
  };
  const close = () => { menu.hidden = true; menu.replaceChildren(); button.setAttribute("aria-expanded", "false"); button.focus(); };
  for (const element of [menu, button]) element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    event.stopPropagation();
    close();
  });
  return [button, menu];
}
