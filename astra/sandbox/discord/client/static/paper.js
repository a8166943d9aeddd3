/* What the developers' page and the invitation share: frame, cards, forms, things to copy. */

import { Trouble } from "./api.js";
import { copy } from "./copy.js";
import { announce, freshId, h, icon } from "./dom.js";
import { say } from "./speech.js";
import { strip } from "./strip.js";

/** The page around `main`. */
export function frame(title, main, links = []) {
  return [
    h("a.skip", { href: "#main" }, say("Skip to content")),
    h("header", {},
      strip(),
      h("div.p-top", {}, h("a.p-brand", { href: "/" }, h("img", { src: "/client/static/sign.svg", alt: "", width: 28, height: 28 }), say("Discord sandbox")),
        links.length ? h("nav", { "aria-label": say("Sections") }, links.map(([href, text]) => h("a", { href }, text))) : null)),
    h("main.p-main", { id: "main" }, h("h1", { tabindex: -1 }, title), main),
  ];
}

/** A card with a title. `id` is where links of the page lead. */
export function card(id, title, about, ...children) {
  return h("section.p-card", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), about && h("p.sub", {}, about), children);
}

/** A labelled field for `form`. */
export function field(name, label, attributes = {}, options = null) {
  const id = freshId(name);
  const element = options
    ? h("select.pick", { id, name, ...attributes }, options.map(([value, text]) => h("option", { value }, text)))
    : h("input", { id, name, type: "text", autocomplete: "off", ...attributes });
  return h("div.p-field", {}, h("label", { for: id }, label), element);
}

/** A labelled box of several lines for `form`. */
export function area(name, label, value, attributes = {}) {
  const id = freshId(name);
  const element = h("textarea", { id, name, rows: 3, spellcheck: "false", ...attributes });
  element.value = value;
  return h("div.p-field", {}, h("label", { for: id }, label), element);
}

/** A form of fields and one button. `send(values)` does the work and returns what to tell the person. */
export function form(fields, button, send, { primary = false } = {}) {
  const told = h("p.p-told", { role: "status" });
  const submit = h(`button.b${primary ? ".p" : ""}`, { type: "submit" }, button);
  const element = h("form.p-form", { onsubmit: async (event) => {
    event.preventDefault();
    submit.disabled = true;
    await attempt(told, () => send(Object.fromEntries(new FormData(element)), element));
    submit.disabled = false;
  } }, fields, submit, told);
  return element;
}

/** A button that does one thing and tells what came of it beside itself. */
export function action(label, attributes, send) {
  const told = h("span.p-told", { role: "status" });
  const button = h("button.b", { type: "button", ...attributes, onclick: async () => {
    button.disabled = true;
    await attempt(told, send);
    button.disabled = false;
  } }, label);
  return h("span.p-action", {}, button, told);
}

async function attempt(told, send) {
  told.className = "p-told";
  told.textContent = "";
  try {
    told.textContent = (await send()) ?? "";
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    told.className = "p-told fail";
    told.textContent = trouble.message;
    announce(trouble.message);
  }
}

/** A code with a button that copies it. */
export function copyable(label, value, attributes = {}) {
  const code = h("code", { tabindex: 0, ...attributes }, value);
  const text = h("span", {}, say("Copy"));
  const button = h("button.b", { type: "button", "aria-label": say("Copy {what}", { what: label }), onclick: () => copy(value, code, text) }, icon("copy"), text);
  return h("div.p-copy", {}, h("span", {}, label), code, button);
}

/** That something did not open. */
export function problem(text, ...more) {
  return h("div.problem", {}, icon("alert"), h("p", { role: "alert" }, text), more);
}
