/* A poll in a message: answers to press, and what has been voted so far. */

import { h } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { exactly, now, number, say } from "./speech.js";

/** The poll of `message`; `vote(ids)` says what the reader votes for from now on. */
export function poll(message, vote) {
  const asked = message.poll;
  if (!asked) return null;
  const counts = new Map(asked.results.answer_counts.map((row) => [row.id, row]));
  const total = [...counts.values()].reduce((sum, row) => sum + row.count, 0);
  const over = asked.results.is_finalized || Date.parse(asked.expiry) <= now();
  const mine = [...counts.values()].filter((row) => row.me_voted).map((row) => row.id);
  const answers = asked.answers.map((answer) => {
    const { count = 0, me_voted: chosen = false } = counts.get(answer.answer_id) ?? {};
    const share = total ? Math.round((count / total) * 100) : 0;
    const bar = h("i.poll-bar", { "aria-hidden": "true" });
    bar.style.setProperty("--share", `${share}%`);
    const { text, emoji } = answer.poll_media;
    return h("li", {}, h("button.poll-answer", {
      type: "button", disabled: over, "data-answer": answer.answer_id, "aria-pressed": String(chosen),
      onclick: () => vote(chosen ? mine.filter((id) => id !== answer.answer_id) : asked.allow_multiselect ? [...mine, answer.answer_id] : [answer.answer_id]),
    }, bar, h("span", {}, emojiOf(emoji, true), " ", text), h("b", {}, `${share}% · ${number(count)}`)));
  });
  return h("section.poll", { "data-poll": message.id, "aria-label": say("Poll: {question}", { question: asked.question.text }) },
    h("h3", {}, asked.question.text),
    h("p.sub", {}, over ? say("The poll is closed.") : asked.allow_multiselect ? say("Choose one or more answers.") : say("Choose one answer.")),
    h("ul", {}, answers),
    h("p.sub", {}, total === 1 ? say("1 vote") : say("{count} votes", { count: number(total) }), " · ",
      over ? say("closed") : [say("open until"), " ", h("time", { datetime: asked.expiry, title: exactly(asked.expiry) }, exactly(asked.expiry))]));
}
