/* What an application may hear beyond the ordinary: the privileged intents, as Discord's developers' page has them. */

import { sandbox } from "./api.js";
import { h } from "./dom.js";
import { form } from "./paper.js";
import { say } from "./speech.js";

const INTENTS = [[2, "Members of servers"], [256, "Presences"], [32768, "Message content"]];

/** The privileged intents of `app`; they count from the next time that its bot signs in. */
export function intents(app) {
  const boxes = INTENTS.map(([bit, text]) => h("label.tick", {},
    h("input", { type: "checkbox", name: String(bit), checked: Boolean(app.privileged_intents & bit), "data-intent": bit }), h("span", {}, say(text))));
  return h("details", { "data-intents": "" }, h("summary", {}, say("Privileged intents")),
    h("p.sub", {}, say("A bot that asks for one it was not given is closed with 4014.")),
    form([h("div.boxes", {}, boxes)], say("Save the intents"), async (values) => {
      app.privileged_intents = Object.keys(values).reduce((sum, bit) => sum + Number(bit), 0);
      await sandbox.patch(`applications/${app.id}`, { privileged_intents: app.privileged_intents });
      return say("Saved. They count from the next time that the bot signs in.");
    }));
}
