/* From a PIX code in a message to its page at the other sandbox, the bank. Without the bank's address nothing of this shows. */

import { h, icon } from "./dom.js";
import { say } from "./speech.js";

const BANK = document.body.dataset.bankUrl ?? "";
// A BR Code begins with its version and ends with its checksum; the text between them is plain ASCII on one line.
const CODE = /000201[\x20-\x7e]{20,500}?6304[0-9A-Fa-f]{4}(?![0-9A-Za-z])/g;

/** The PIX codes that a message shows, each once. */
function codesOf(message) {
  const texts = [message.content];
  const walk = (components) => {
    for (const component of components ?? []) {
      if (component.type === 10) texts.push(component.content);
      walk(component.components);
    }
  };
  walk(message.components);
  for (const embed of message.embeds ?? []) texts.push(embed.description, ...(embed.fields ?? []).map((field) => field.value));
  return [...new Set(texts.flatMap((text) => (text ?? "").match(CODE) ?? []))];
}

/** What the sandbox itself puts under a message with a PIX code: the way to pay it. Null where there is none. */
export function payHere(message) {
  const codes = BANK ? codesOf(message) : [];
  if (!codes.length) return null;
  return h("div.pay-here", {}, codes.map((code) => toBank(pageOf(code), { "data-pay": "", title: say("Test environment: no money here is real, and this is not Discord.") },
    icon("flask"), say("Pay this PIX at the sandbox bank"))));
}

/** The strip's link to the bank: to the code that was shown last in one of `places`, else to its first page. */
export function bankLink(places = []) {
  if (!BANK) return null;
  const last = places.map((place) => [...place.querySelectorAll("[data-pay]")].at(-1)).find(Boolean);
  return toBank(last?.href ?? `${BANK}/`, { "data-bank": "" }, h("span", {}, last ? [say("Pay this PIX"), h("span.c-more", {}, ` ${say("as the buyer")}`)] : say("Sandbox bank")));
}

function pageOf(code) {
  return `${BANK}/pix?code=${encodeURIComponent(code)}`;
}

function toBank(href, attributes, ...content) {
  return h("a", { href, target: "_blank", rel: "noopener", ...attributes }, ...content, h("span.hidden", {}, ` ${say("(opens in a new tab)")}`), icon("out"));
}
