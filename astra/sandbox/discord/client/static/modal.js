/* Forms that an application opens. */

import { announce, freshId, h, icon } from "./dom.js";
import { boxes, countProblem, menu, optionsOf, placeholderOf, ticked } from "./fields.js";
import { markdown } from "./markdown.js";
import { say } from "./speech.js";

const UPLOAD = 19;

/** Shows `modal`. `send(values)` returns an error for the person or an empty text; then the dialog closes. */
export function openModal(modal, context, send) {
  const title = freshId("modal");
  const readers = new Map(); // custom_id → {read(), problem()}
  const problem = h("p.fail", { role: "alert" });
  const submit = h("button.b.p", { type: "submit" }, say("Send"));
  const form = h("form", { novalidate: false, onsubmit: async (event) => {
    event.preventDefault();
    problem.textContent = [...readers.values()].map((reader) => reader.problem?.() ?? "").find(Boolean) ?? "";
    if (problem.textContent) return;
    submit.disabled = true;
    const read = await Promise.all([...readers].map(async ([id, reader]) => [id, await reader.read()]));
    const values = Object.fromEntries(read.filter(([, value]) => value !== undefined));
    submit.setAttribute("aria-busy", "true");
    const failure = await send(values);
    submit.disabled = false;
    submit.removeAttribute("aria-busy");
    problem.textContent = failure;
    if (!failure) dialog.close();
  } },
  (modal.components ?? []).map((component) => part(component, context, readers)), problem,
  h("div.acts", {}, submit, h("button.b", { type: "button", onclick: () => dialog.close() }, say("Cancel"))));
  const dialog = h("dialog.modal", { "aria-labelledby": title, "data-modal-id": modal.modal_id, onclose: () => dialog.remove() },
    h("div.modal-head", {}, h("h2", { id: title }, modal.title),
      h("button.x", { type: "button", "aria-label": say("Close"), onclick: () => dialog.close() }, icon("close"))),
    form);
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("input, textarea, select")?.focus();
  announce(modal.title);
}

function part(component, context, readers) {
  switch (component.type) {
    case 1: return (component.components ?? []).map((one) => labelled(one.label ?? "", "", one, context, readers));
    case 10: return h("div.md", {}, markdown(component.content ?? "", context.directory));
    case 18: return labelled(component.label, component.description, component.component, context, readers);
    default: return labelled(component.label ?? placeholderOf(component), component.description, component, context, readers);
  }
}

function labelled(label, description, component, context, readers) {
  const id = freshId("field");
  const hint = description ? `${id}-hint` : null;
  const required = component.required !== false && component.type !== 23;
  const words = [label, required || component.type === 23 ? null : h("span.sub", {}, ` ${say("(optional)")}`)];
  const about = hint && h("p.sub", { id: hint }, description);
  const attributes = { id, "data-custom-id": component.custom_id, "aria-describedby": hint };
  const options = [3, 5, 6, 7, 8].includes(component.type) ? optionsOf(component, context) : component.options ?? [];
  let field;
  if (component.type === 4) {
    field = textField(component, { ...attributes, required });
    readers.set(component.custom_id, { read: () => field.value });
  } else if (component.type === 23) {
    field = h("input", { ...attributes, type: "checkbox", checked: component.default });
    readers.set(component.custom_id, { read: () => field.checked });
    return h("div.field", {}, h("label.tick", { for: id }, field, h("span", {}, words)), about);
  } else if (component.type === 21 || component.type === 22 || (component.type !== UPLOAD && (component.max_values ?? 1) > 1)) {
    const radio = component.type === 21;
    const list = boxes(component, options, { radio, name: id });
    const asked = component.type === 22 ? { max_values: options.length, ...withoutNull(component) } : component;
    readers.set(component.custom_id, {
      read: () => (radio ? ticked(list)[0] : ticked(list)),
      problem: () => (radio ? "" : withName(label, countProblem(asked, ticked(list).length))),
    });
    return h("fieldset.field", { "data-custom-id": component.custom_id, "aria-describedby": hint }, h("legend", {}, words), about, list);
  } else if (component.type === UPLOAD) {
    const most = component.max_values ?? 1;
    field = h("input", { ...attributes, type: "file", multiple: most > 1, required });
    const asked = { min_values: component.min_values ?? 1, max_values: most, required: component.required };
    readers.set(component.custom_id, {
      read: () => Promise.all([...field.files].map(asJson)),
      problem: () => (!required && !field.files.length ? "" : withName(label, countProblem(asked, field.files.length))),
    });
  } else if ([3, 5, 6, 7, 8].includes(component.type)) {
    field = menu(component, options, { ...attributes, required });
    readers.set(component.custom_id, { read: () => (field.value ? [field.value] : []) });
  } else {
    return h("p.sub", {}, say("A component of kind {type} that this client does not show.", { type: component.type }));
  }
  return h("div.field", {}, h("label", { for: id }, words), about, field);
}

/** A file as the sandbox takes it. */
function asJson(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done({ filename: file.name, content_type: file.type || "application/octet-stream", data: reader.result.split(",")[1] ?? "" });
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}

const withoutNull = (component) => Object.fromEntries(Object.entries(component).filter(([, value]) => value !== null));
const withName = (label, problem) => (problem ? `${label}: ${problem}` : "");

function textField(component, attributes) {
  const limits = { minlength: component.min_length || null, maxlength: component.max_length ?? 4000, placeholder: component.placeholder, autocomplete: "off" };
  if (component.style === 2) {
    const area = h("textarea", { ...attributes, ...limits, rows: 4 });
    area.value = component.value ?? "";
    return area;
  }
  return h("input", { ...attributes, ...limits, type: "text", value: component.value });
}
