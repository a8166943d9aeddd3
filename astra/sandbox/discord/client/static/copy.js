/* Copying, also where the browser gives no clipboard. */

import { announce } from "./dom.js";
import { say } from "./speech.js";

const SHOWN_MS = 2500;

/** Copies `text`, which `element` shows, and says in `label` what came of it: copied, or selected so that the keyboard can copy it. */
export async function copy(text, element, label) {
  const done = (await write(text)) || selected(element);
  const said = done ? say("Copied") : say("Selected: now copy it");
  label.textContent = said;
  announce(said);
  setTimeout(() => { if (label.textContent === said) label.textContent = say("Copy"); }, SHOWN_MS);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // an address that does not count as safe has no clipboard, and a person may refuse it
  }
}

function selected(element) {
  getSelection().selectAllChildren(element);
  return document.execCommand("copy");
}
