/* The strip on top of every page: that this is a test, and the ways out of it. */

import { h, icon } from "./dom.js";
import { bankLink } from "./pix.js";
import { say } from "./speech.js";

/** The strip with `links`; the bank's own stands before them. */
export function strip(...links) {
  return h("div.c-env", { role: "region", "aria-label": say("About this place") }, icon("flask"),
    h("span", { "data-strip": "" }, say("Test environment: no money here is real, and this is not Discord.")),
    h("span.c-brief", {}, say("Test: no money is real.")),
    h("span.c-ways", {}, bankLink(), links));
}

/** Lets the bank's link of `element` lead to the code that was shown last in one of `places`. */
export function renewStrip(element, places) {
  const known = element.querySelector("[data-bank]");
  const fresh = known && bankLink(places);
  if (!fresh || (fresh.href === known.href && fresh.textContent === known.textContent)) return;
  known.href = fresh.href;
  known.replaceChildren(...fresh.childNodes);
}
