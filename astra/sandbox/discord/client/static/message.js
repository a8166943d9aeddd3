/* One message as an article. */

import { appMenu } from "./appmenu.js";
import { attachment, components, picture } from "./components.js";
import { h, icon, initials } from "./dom.js";
import { markdown } from "./markdown.js";
import { payHere } from "./pix.js";
import { poll } from "./poll.js";
import { reactButton, reactions } from "./reactions.js";
import { exactly, moment, say } from "./speech.js";

const EPHEMERAL = 64, THINKING = 128, V2 = 32768, NO_EMBEDS = 4;
const TOKEN_MS = 15 * 60 * 1000;

/** The article of `message`. `actions`: `press(what, element)` for components, `dismiss(message)` for ephemeral ones. */
export function article(message, channel, directory, actions) {
  const ephemeral = Boolean(message.flags & EPHEMERAL);
  const context = { directory, channel, message, press: actions.press };
  const name = directory.nameOf(message.author);
  const element = h(`article.m${ephemeral ? ".eph" : ""}`, {
    "data-message-id": message.id,
    "data-ephemeral": ephemeral,
    "aria-label": say("Message of {name}", { name }),
  });
  element.append(
    h(`div.m-av${message.author.bot ? ".bot" : ""}`, { "aria-hidden": "true" }, initials(name)),
    h("div.m-body", {},
      used(message, directory),
      answered(message, directory, actions),
      h("h2.m-by", {}, name, role(message, channel, directory), message.author.bot && h("span.m-app", {}, "APP"),
        h("small", {}, h("time", { datetime: message.timestamp, title: exactly(message.timestamp) }, moment(message.timestamp)),
          message.edited_timestamp && ` ${say("(edited)")}`,
          message.pinned && h("span.m-pinned", {}, icon("pin"), say("pinned")))),
      message.flags & THINKING ? thinking(message, name) : body(message, context),
      poll(message, actions.vote),
      payHere(message),
      reactions(message, actions.react),
      message.thread && h("button.as-link.m-thread", { type: "button", "data-thread": message.thread.id, onclick: () => actions.open(message.thread.id) },
        icon("thread"), say("Thread: {name}", { name: message.thread.name }), h("small", {}, message.thread.message_count === 1 ? say("1 message") : say("{count} messages", { count: message.thread.message_count ?? 0 }))),
      h("div.m-fail", { role: "alert" }),
      ephemeral || message.flags & THINKING ? null : tools(message, name, actions),
      ephemeral && h("div.eph-why", {}, icon("eye-off"), say("Only you see this message"), " · ",
        h("button.as-link", { type: "button", onclick: () => actions.dismiss(message) }, say("Dismiss"))),
    ),
  );
  return element;
}

function used(message, directory) {
  const about = message.interaction_metadata ?? message.interaction;
  if (!about || about.type !== 2) return null;
  const who = about.user ? directory.nameOf(about.user) : "?";
  const name = message.interaction?.name ?? about.name;
  return h("p.m-used", {}, name ? say("{who} used /{name}", { who, name }) : say("{who} used a command", { who }));
}

/** The highest role of whoever wrote, with its colour beside the name: a coloured name alone would not be readable on every ground. */
function role(message, channel, directory) {
  const worn = message.author.bot || !channel.guild_id ? null : directory.wears(message.author.id, channel.guild_id);
  if (!worn) return null;
  const mark = h("span.m-role", { "data-role": worn.name }, h("i", { "aria-hidden": "true" }), worn.name);
  if (worn.color) mark.style.setProperty("--role", worn.color);
  return mark;
}

/** What one can do with a message: seen when the pointer or the focus is there. */
function tools(message, name, actions) {
  const [button, menu] = reactButton(actions.react);
  const [apps, list] = appMenu(actions.commands, (command) => actions.runOn(command, message));
  return [h("div.m-tools", {}, button,
    h("button.x", { type: "button", "data-reply": "", "aria-label": say("Answer {name}", { name }), title: say("Answer {name}", { name }), onclick: () => actions.reply(message) }, icon("reply")),
    actions.rewrite && h("button.x", { type: "button", "data-rewrite": "", "aria-label": say("Change this message"), title: say("Change this message"), onclick: () => actions.rewrite(message) }, icon("pencil")),
    actions.remove && h("button.x", { type: "button", "data-remove": "", "aria-label": say("Delete this message"), title: say("Delete this message"), onclick: () => actions.remove(message) }, icon("trash")),
    apps), menu, list];
}

/** What a reply answers, with the way to it. */
function answered(message, directory, actions) {
  const id = message.message_reference?.message_id;
  if (!id || message.type !== 19) return null;
  const source = message.referenced_message ?? actions.find(id)?.message;
  if (!source) return h("p.m-used", { "data-reply-to": id }, icon("reply"), say("Answer to an earlier message"));
  const name = directory.nameOf(source.author);
  const words = (source.content ?? "").replace(/[*_~`|]{1,3}|^#+\s|^>\s/gm, "").replace(/\s+/g, " ").slice(0, 80);
  return h("p.m-used", {}, icon("reply"), h("button.as-link", { type: "button", "data-reply-to": id, onclick: () => actions.goTo(id) },
    say("Answer to {name}", { name })), words && h("span", {}, words));
}

/** It may think as long as the token of the click lives; keepCounting in speech.js says then that nothing came. */
function thinking(message, name) {
  const until = Date.parse(message.timestamp) + TOKEN_MS;
  return h("p.thinking", { "data-thinking": "", "data-until": until }, h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i")), say("{name} is thinking…", { name }));
}

function body(message, context) {
  const parts = [];
  if (message.flags & V2) return components(message.components, context);
  if (message.content) parts.push(h("div.md", { "data-content": "" }, markdown(message.content, context.directory)));
  const shownElsewhere = JSON.stringify(message.embeds ?? []);
  for (const file of message.attachments ?? []) {
    // A picture that an embed shows as its own is not shown twice.
    if (shownElsewhere.includes(file.url) || shownElsewhere.includes(`attachment://${file.filename}`)) continue;
    parts.push(attachment(file, context));
  }
  if (!(message.flags & NO_EMBEDS)) for (const embed of message.embeds ?? []) parts.push(card(embed, context));
  parts.push(...components(message.components, context));
  return parts;
}

/** An embed. */
function card(embed, context) {
  const md = (text) => markdown(text, context.directory);
  const element = h("div.box.embed", {},
    embed.author?.name && h("p.sub", {}, maybeLink(embed.author.url, embed.author.name)),
    (embed.title || embed.description || embed.thumbnail) && h("div.section", {},
      h("div", {}, embed.title && h("h3", {}, maybeLink(embed.url, embed.title)), embed.description && h("div.md.dim", {}, md(embed.description))),
      embed.thumbnail && h("div.side", {}, picture(embed.thumbnail, { description: embed.thumbnail.description || embed.title }, context, "thumb"))),
    embed.fields?.length && h("dl.fields", {}, embed.fields.map((field) =>
      h(`div${field.inline ? ".inline" : ""}`, {}, h("dt", {}, field.name), h("dd.md", {}, md(field.value))))),
    embed.image && picture(embed.image, { description: embed.image.description || embed.title }, context, "shot"),
    (embed.footer?.text || embed.timestamp) && h("p.sub", {}, [embed.footer?.text, embed.timestamp && moment(embed.timestamp)].filter(Boolean).join(" · ")),
  );
  if (embed.color !== null && embed.color !== undefined) element.style.setProperty("--edge", `#${embed.color.toString(16).padStart(6, "0")}`);
  else element.classList.add("no-edge");
  return element;
}

function maybeLink(url, text) {
  return url ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : text;
}
