/* What the bot asked Discord for, newest first. */

import { sandbox } from "./api.js";
import { h, icon } from "./dom.js";
import { clock, number, say } from "./speech.js";

const SHOWN = 60;
const PAUSE_MS = 2000;

/** The side panel. `start()` while it is shown, `stop()` otherwise. */
export class Requests {
  constructor(directory) {
    this.directory = directory;
    this.last = h("p.sub", { "data-last-answer": "" });
    this.list = h("ol.requests", { tabindex: 0, "aria-label": say("Requests of the bot") });
    this.pick = h("select.pick", { "aria-label": say("Application"), onchange: () => this.read() });
    this.judge = h("details.req-judge", { hidden: true });
    this.element = h("div.c-requests", {}, this.pick, this.last, this.judge, this.list);
    this.timer = null;
    this.drawn = "";
  }

  start() {
    const chosen = this.pick.value;
    this.pick.replaceChildren(h("option", { value: "" }, say("All applications")),
      ...this.directory.applications.map((app) => h("option", { value: app.id, selected: app.id === chosen }, app.name)));
    this.pick.hidden = this.directory.applications.length < 2;
    this.stop();
    this.timer = setInterval(() => this.read(), PAUSE_MS);
    this.read();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }

  /** Notes how long the application took to answer the person's latest press. */
  answered(result) {
    if (result.ms === undefined) return;
    const ms = number(Math.round(result.ms));
    this.last.textContent = result.outcome === "failed"
      ? [say("Latest click: failed after {ms} ms", { ms }), result.reason].filter(Boolean).join(". ") : say("Latest click: answered in {ms} ms", { ms });
    if (this.timer) this.read();
  }

  async read() {
    if (document.hidden) return;
    let found, judged;
    try {
      const app = this.pick.value ? `&application_id=${this.pick.value}` : "";
      [found, judged] = await Promise.all([sandbox.get(`requests?limit=${SHOWN}${app}`), sandbox.get("spec-violations")]);
    } catch {
      return; // the strip of the page says that the sandbox is away
    }
    const requests = (Array.isArray(found) ? found : found.requests ?? []).toSorted((one, other) => (one.at < other.at ? 1 : -1));
    const drawn = JSON.stringify([requests, judged]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.list.replaceChildren(...requests.map(line));
    this.showJudge(judged);
    if (!requests.length) this.list.append(h("li.c-empty", {}, say("The bot has asked for nothing yet.")));
  }

  /** Whether there is a description to check against, and where this sandbox's own answers did not fit it. */
  showJudge(judged) {
    const wrong = judged.violations ?? [];
    this.judge.hidden = false;
    this.judge.classList.toggle("bad", wrong.length > 0);
    const source = judged.description
      ? say("Every request is checked against Discord's description {version}.", { version: judged.description.version })
      : say("Discord's description is not installed: requests are checked by the sandbox's own rules only.");
    const open = this.judge.open;
    this.judge.replaceChildren(
      h("summary", {}, wrong.length ? say("Answers of the sandbox that do not fit: {count}", { count: wrong.length }) : say("Validation: no answer of the sandbox was wrong")),
      h("p.sub", {}, source), wrong.length ? h("ul.req-errors", {}, wrong.slice(-20).toReversed().map((one) =>
        h("li", {}, `${one.operation} · ${one.status}: ${(one.problems ?? []).join("; ")}`))) : "");
    this.judge.open = open;
  }
}

function line(request) {
  const fine = request.status >= 200 && request.status < 400;
  const status = request.status === 0 ? say("answer lost") : `${request.status}${request.code ? ` · ${request.code}` : ""}`;
  return h(`li${fine ? "" : ".bad"}`, {},
    h("span.req-what", {}, h("b", {}, request.method), " ", h("span", {}, (request.path ?? "").replace(/^\/api\/v\d+/, ""))),
    h("span.req-how", {}, h("time", { datetime: request.at }, clock(request.at)), h("span", {}, status), h("span", {}, `${number(Math.round(request.ms))} ms`),
      request.operation ? h("span.req-fit", {}, request.status >= 200 && request.status < 300 ? [icon("check"), say("fits {operation}", { operation: request.operation })] : request.operation) : null),
    request.errors?.length ? h("ul.req-errors", { "aria-label": say("What does not fit") }, request.errors.map((text) => h("li", {}, text))) : null);
}
