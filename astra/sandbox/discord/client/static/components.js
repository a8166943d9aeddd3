/* The components of messages. `context` is {directory, channel, message, press(component, extra, element)}. */

import { h, icon } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { boxes, countProblem, menu, optionsOf, placeholderOf, ticked } from "./fields.js";
import { markdown } from "./markdown.js";
import { say, size } from "./speech.js";

const STYLES = { 1: "p", 2: "plain", 3: "ok", 4: "danger", 5: "link", 6: "p" };

/** Elements for a list of components; a kind that is not known here is named, not hidden. */
export function components(list, context) {
  return (list ?? []).map((component) => one(component, context));
}

function one(component, context) {
  switch (component.type) {
    case 1: return row(component, context);
    case 2: return button(component, context);
    case 3: case 5: case 6: case 7: case 8: return select(component, context);
    case 9: return section(component, context);
    case 10: return h("div.md", { "data-text-display": "" }, markdown(component.content ?? "", context.directory));
    case 11: return picture(component.media, component, context, "thumb");
    case 12: return gallery(component, context);
    case 13: return fileOf(component, context);
    case 14: return component.divider === false ? h(`div.gap${component.spacing === 2 ? ".wide" : ""}`) : h(`hr${component.spacing === 2 ? ".wide" : ""}`);
    case 17: return container(component, context);
    default: return h("p.sub", {}, say("A component of kind {type} that this client does not show.", { type: component.type }));
  }
}

/** A button. Its `data-custom-id` finds it. */
function button(component, context) {
  const label = [emojiOf(component.emoji, Boolean(component.label)), component.label].filter(Boolean);
  const kind = STYLES[component.style] ?? "plain";
  if (component.style === 5) {
    if (component.disabled) return h("button.b", { type: "button", disabled: true }, label, icon("out"));
    return h("a.b.link", { href: component.url, target: "_blank", rel: "noopener noreferrer" }, label, icon("out"));
  }
  const element = h(`button.b.${kind}`, {
    type: "button",
    disabled: component.disabled,
    "data-custom-id": component.custom_id,
    onclick: () => context.press({ kind: "button", custom_id: component.custom_id }, element),
  }, label);
  return element;
}

function row(component, context) {
  return h("div.acts", {}, components(component.components, context));
}

function select(component, context) {
  const options = optionsOf(component, context);
  const send = (values, element) => context.press({ kind: "select", custom_id: component.custom_id, values }, element);
  if ((component.max_values ?? 1) <= 1) {
    const element = menu(component, options, {
      "data-custom-id": component.custom_id,
      "aria-label": placeholderOf(component),
      disabled: component.disabled,
      onchange: () => send(element.value ? [element.value] : [], element),
    });
    return element;
  }
  const list = boxes(component, options);
  const problem = h("p.fail", { role: "alert" });
  const confirm = h("button.b.p", { type: "button", onclick: () => {
    const values = ticked(list);
    problem.textContent = countProblem(component, values.length);
    if (!problem.textContent) send(values, confirm);
  } }, say("Confirm the choice"));
  if (component.disabled) for (const input of [...list.querySelectorAll("input"), confirm]) input.disabled = true;
  return h("details.pick", { "data-custom-id": component.custom_id }, h("summary", {}, placeholderOf(component)), list, problem, confirm);
}

function container(component, context) {
  const element = h("div.box", {}, components(component.components, context));
  if (component.accent_color !== null && component.accent_color !== undefined) {
    element.style.setProperty("--edge", `#${component.accent_color.toString(16).padStart(6, "0")}`);
  } else {
    element.classList.add("no-edge");
  }
  return component.spoiler ? hidden(element) : element;
}

function section(component, context) {
  const side = component.accessory ? one(component.accessory, context) : null;
  return h("div.section", {}, h("div", {}, components(component.components, context)), side && h("div.side", {}, side));
}

function gallery(component, context) {
  const pictures = (component.items ?? []).map((item) => picture(item.media, item, context, "shot"));
  return h(`div.gallery${pictures.length > 1 ? ".many" : ""}`, {}, pictures);
}

function fileOf(component, context) {
  const source = address(component.file?.url ?? "", context.message);
  const file = context.message.attachments?.find((one) => address(one.url, context.message) === source);
  const link = attachment({ url: source, filename: component.name ?? file?.filename ?? source.split("/").at(-1), size: component.size ?? file?.size }, context, true);
  return component.spoiler ? hidden(link) : link;
}

/** Where a picture or file really lies: `attachment://name` is one of the message's own, and of other places we keep a copy. */
export function address(url, message) {
  if (url.startsWith("attachment://")) {
    const name = url.slice("attachment://".length);
    const own = message.attachments?.find((file) => file.filename === name);
    return own ? address(own.url, { attachments: [] }) : "";
  }
  if (url.startsWith("/")) return url;
  try {
    const parsed = new URL(url);
    if (parsed.pathname.startsWith("/attachments/")) return parsed.pathname + parsed.search;
    return `/client/media?url=${encodeURIComponent(url)}`;
  } catch {
    return "";
  }
}

/** A picture. One that cannot be loaded leaves its description behind. */
export function picture(media, { description, spoiler }, context, kind) {
  const source = address(media?.url ?? "", context.message);
  const alt = description || say("Picture without a description");
  const image = h(`img.${kind}`, { src: source, alt, loading: "lazy", width: media?.width, height: media?.height });
  image.addEventListener("error", () => image.replaceWith(h("p.sub.lost", {}, icon("alert"), say("This picture could not be loaded: {name}", { name: alt }))));
  return spoiler ? hidden(image) : image;
}

/** A file of a message: a picture is shown, everything else can be saved. */
export function attachment(file, context, asFile = false) {
  const source = address(file.url ?? "", context.message);
  if (!asFile && file.content_type?.startsWith("image/")) {
    return picture({ url: source, width: file.width, height: file.height }, { description: file.description || file.filename, spoiler: file.filename?.startsWith("SPOILER_") }, context, "shot");
  }
  return h("a.file", { href: source, download: file.filename, "data-attachment": file.filename },
    icon("file"), h("span", {}, file.filename), file.size !== undefined && h("small", {}, size(file.size)));
}

function hidden(element) {
  element.hidden = true;
  const show = h("button.spoiler", { type: "button", onclick: () => { element.hidden = false; show.remove(); } }, say("Show hidden content"));
  return h("div", {}, show, element);
}
