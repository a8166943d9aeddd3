/* Discord's markdown as elements. Nothing of a message is ever parsed as HTML. */

import { copy } from "./copy.js";
import { h, icon } from "./dom.js";
import { ownEmoji } from "./emoji.js";
import { exactly, say, timestamp } from "./speech.js";

/** The blocks of `text`. `names` finds what a mention speaks of: `user(id)`, `role(id)`, `channel(id)`. */
export function markdown(text, names) {
  const blocks = [];
  const fence = /```(?:([\w+-]+)\n)?\n?([\s\S]*?)\n?```/g;
  let last = 0;
  for (const found of text.matchAll(fence)) {
    blocks.push(...lines(text.slice(last, found.index).replace(/\n$/, ""), names), codeBlock(found[2]));
    last = found.index + found[0].length;
  }
  const rest = text.slice(last);
  blocks.push(...lines(last ? rest.replace(/^\n/, "") : rest, names));
  return blocks;
}

/** A block of code with a button that copies it. */
export function codeBlock(code) {
  const label = h("span", {}, say("Copy"));
  const text = h("pre", { tabindex: 0, role: "group", "aria-label": say("Code") }, h("code", {}, code));
  return h("div.code", {}, text, h("button.copy", { type: "button", "data-copy": "", onclick: () => copy(code, text, label) }, icon("copy"), label));
}

function lines(text, names) {
  if (!text) return [];
  const blocks = [];
  let paragraph = [], list = null, quote = null;
  const flush = () => {
    if (paragraph.length) blocks.push(h("p", {}, joined(paragraph, names)));
    if (quote) blocks.push(h("blockquote", {}, joined(quote, names)));
    paragraph = [];
    list = null;
    quote = null;
  };
  for (const line of text.split("\n")) {
    const heading = /^(#{1,3})\s+(.+)$/.exec(line);
    const item = /^(\s*)(?:([-*])|(\d+)\.)\s+(.+)$/.exec(line);
    if (heading) {
      flush();
      // The channel is the page's h1 and a message's author its h2.
      blocks.push(h(`h3.h${heading[1].length}`, {}, inline(heading[2], names)));
    } else if (line.startsWith("-# ")) {
      flush();
      blocks.push(h("p.sub", {}, inline(line.slice(3), names)));
    } else if (line.startsWith("> ")) {
      if (!quote) flush();
      (quote ??= []).push(line.slice(2));
    } else if (item && !(paragraph.length && item[3])) {
      const ordered = Boolean(item[3]);
      if (!list || (list.tagName === "OL") !== ordered) {
        flush();
        list = h(ordered ? "ol" : "ul", ordered ? { start: item[3] } : {});
        blocks.push(list);
      }
      list.append(h("li", {}, inline(item[4], names)));
    } else if (line.trim() === "") {
      if (paragraph.length) paragraph.push("");
      list = null;
      if (quote) flush();
    } else {
      if (list || quote) flush();
      paragraph.push(line);
    }
  }
  while (paragraph.at(-1) === "") paragraph.pop();
  flush();
  return blocks;
}

function joined(parts, names) {
  return parts.flatMap((line, index) => (index ? [h("br"), ...inline(line, names)] : inline(line, names)));
}

const link = (address, children) => h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
const mention = (text) => h("span.mention", {}, text);

const RULES = [
  [/\\([^A-Za-z0-9\s])/y, (m) => [m[1]]],
  [/``([^\n]+?)``|`([^`\n]+)`/y, (m) => [h("code", {}, m[1] ?? m[2])]],
  [/<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y, (m) => [mark(Number(m[1]), m[2] ?? "f")]],
  [/<@!?(\d+)>/y, (m, names) => [mention(`@${names.user(m[1]) ?? say("unknown person")}`)]],
  [/<@&(\d+)>/y, (m, names) => [mention(`@${names.role(m[1]) ?? say("unknown role")}`)]],
  [/<#(\d+)>/y, (m, names) => [mention(`#${names.channel(m[1]) ?? say("unknown channel")}`)]],
  [/<\/([^:>\n]+):\d+>/y, (m) => [mention(`/${m[1]}`)]],
  [/<a?:(\w+):(\d+)>/y, (m) => [ownEmoji(m[2], m[1])]],
  [/\[([^\]\n]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/y, (m, names) => [link(m[2], inline(m[1], names))]],
  [/<(https?:\/\/[^\s>]+)>/y, (m) => [link(m[1], [m[1]])]],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;!?"'\])*_~|]/y, (m) => [link(m[0], [m[0]])]],
  [/\*\*\*(?=\S)([^\n]+?)\*\*\*/y, (m, names) => [h("strong", {}, h("em", {}, inline(m[1], names)))]],
  [/\*\*(?=\S)([^\n]+?)\*\*(?!\*)/y, (m, names) => [h("strong", {}, inline(m[1], names))]],
  [/__(?=\S)([^\n]+?)__(?!_)/y, (m, names) => [h("u", {}, inline(m[1], names))]],
  [/\*(?=[^\s*])([^\n]*?[^\s*])\*(?!\*)/y, (m, names) => [h("em", {}, inline(m[1], names))]],
  [/_(?=[^\s_])([^\n]*?[^\s_])_(?![\w])/y, (m, names) => [h("em", {}, inline(m[1], names))]],
  [/~~(?=\S)([^\n]+?)~~/y, (m, names) => [h("s", {}, inline(m[1], names))]],
  [/\|\|(?=\S)([^\n]+?)\|\|/y, (m, names) => [spoiler(inline(m[1], names))]],
  [/@(everyone|here)\b/y, (m) => [mention(m[0])]],
];
const SPECIAL = /[\\`<[h*_~|@]/;

/** The pieces of one line. */
function inline(text, names) {
  const pieces = [];
  let plain = "", index = 0;
  while (index < text.length) {
    const found = SPECIAL.test(text[index]) ? match(text, index) : null;
    if (found) {
      if (plain) pieces.push(plain);
      plain = "";
      pieces.push(...found[1](found[0], names));
      index += found[0][0].length;
    } else {
      plain += text[index];
      index += 1;
    }
  }
  if (plain) pieces.push(plain);
  return pieces;
}

function match(text, index) {
  const inWord = index > 0 && /\w/.test(text[index - 1]);
  if (inWord && (text[index] === "_" || text[index] === "h" || text[index] === "@")) return null;
  for (const [rule, make] of RULES) {
    rule.lastIndex = index;
    const found = rule.exec(text);
    if (found) return [found, make];
  }
  return null;
}

function mark(unixSeconds, style) {
  const at = new Date(unixSeconds * 1000);
  if (Number.isNaN(at.getTime())) return String(unixSeconds);
  return h(
    "time.when",
    { datetime: at.toISOString(), title: exactly(at), "data-unix": unixSeconds, "data-style": style },
    timestamp(unixSeconds, style),
  );
}

function spoiler(children) {
  const content = h("span", { hidden: true }, children);
  const button = h("button.spoiler", { type: "button", onclick: () => { content.hidden = false; button.remove(); } }, say("Show hidden text"));
  return h("span", {}, button, content);
}
