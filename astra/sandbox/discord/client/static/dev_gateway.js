/* How slow this Discord is, and how its gateway behaves. */

import { sandbox } from "./api.js";
import { card, field, form } from "./paper.js";
import { number, say } from "./speech.js";

/** The card of the gateway and of the limits. */
export function gateway({ numbers, limits, draw }) {
  const yesNo = (name, label, on) => {
    const line = field(name, label, {}, [["no", say("No")], ["yes", say("Yes")]]);
    line.querySelector("select").value = on ? "yes" : "no";
    return line;
  };
  return card("gateway", say("Gateway and limits"),
    limits.quick ? say("The known limits of single routes are left out.") : say("{count} limits of single routes hold, as far as they are known.", { count: number(limits.discord.length) }),
    form([
      yesNo("quick", say("In a hurry: without the limits of single routes"), limits.quick),
      field("identify_pace_seconds", say("Seconds between two sessions of a bot"), { type: "number", min: 0, max: 600, step: 0.1, value: numbers.identify_pace_seconds, required: true }),
      field("heartbeat_ms", say("Milliseconds between two heartbeats"), { type: "number", min: 100, max: 600_000, step: 1, value: numbers.heartbeat_ms, required: true }),
      yesNo("silent", say("Heartbeats stay without an answer"), numbers.silent),
    ], say("Set them"), async (values) => {
      await sandbox.put("rate-limits", { rules: limits.rules, quick: values.quick === "yes" });
      await sandbox.put("gateway", {
        identify_pace_seconds: Number(values.identify_pace_seconds), heartbeat_ms: Number(values.heartbeat_ms), silent: values.silent === "yes",
      });
      await draw();
    }));
}
