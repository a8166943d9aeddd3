/* Choices: the select menus of messages, and what forms ask. */

import { freshId, h } from "./dom.js";
import { say } from "./speech.js";

/** What a select offers: its own options, or people, roles, channels. */
export function optionsOf(component, context) {
  if (component.type === 3) return component.options ?? [];
  const chosen = new Set((component.default_values ?? []).map((value) => value.id));
  return context.directory.choices(component.type, context.channel).map((option) => ({ ...option, default: chosen.has(option.value) }));
}

const PLACEHOLDERS = { 3: "Choose an option", 5: "Choose a person", 6: "Choose a role", 7: "Choose a person or role", 8: "Choose a channel" };

/** The words of a select while nothing is chosen. */
export function placeholderOf(component) {
  return component.placeholder || say(PLACEHOLDERS[component.type] ?? "Choose an option");
}

const emoji = (option) => (option.emoji?.name && !option.emoji.id ? `${option.emoji.name} ` : "");

/** A native menu of which one option can be chosen. */
export function menu(component, options, attributes) {
  const select = h("select.pick", attributes);
  if (!options.some((option) => option.default)) {
    select.append(h("option", { value: "", selected: true, disabled: component.min_values !== 0 && component.required !== false }, placeholderOf(component)));
  }
  for (const option of options) {
    const text = emoji(option) + option.label + (option.description ? ` · ${option.description}` : "");
    select.append(h("option", { value: option.value, selected: option.default }, text));
  }
  return select;
}

/** Boxes (or, with `radio`, dots) to tick. Read with `ticked(element)`. */
export function boxes(component, options, { radio = false, name = freshId("boxes") } = {}) {
  const list = h("div.boxes");
  for (const option of options) {
    const id = freshId("box");
    const hint = option.description ? `${id}-hint` : null;
    list.append(
      h("label.tick", { for: id },
        h("input", {
          type: radio ? "radio" : "checkbox", id, name, value: option.value, checked: option.default,
          required: radio && component.required !== false, "aria-describedby": hint,
        }),
        h("span", {}, emoji(option) + option.label, hint && h("small", { id: hint }, option.description))),
    );
  }
  return list;
}

/** The values of the ticked boxes. */
export function ticked(list) {
  return [...list.querySelectorAll("input:checked")].map((input) => input.value);
}

/** How many may be chosen, in words, or an empty text when the count is fine. */
export function countProblem(component, count) {
  const least = component.min_values ?? (component.required === false ? 0 : 1);
  const most = component.max_values ?? 1;
  if (count < least) return least === 1 ? say("Choose at least one.") : say("Choose at least {count}.", { count: least });
  if (count > most) return most === 1 ? say("Choose one only.") : say("Choose at most {count}.", { count: most });
  return "";
}
