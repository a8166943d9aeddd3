/* One channel as one person sees it: its messages, and what pressing things in them does. */

import { announce, h, icon } from "./dom.js";
import { flat } from "./commands.js";
import { Composer } from "./composer.js";
import { DIRECT } from "./directory.js";
import { article } from "./message.js";
import { openModal } from "./modal.js";
import { say } from "./speech.js";

/** The order of snowflakes. */
function before(one, other) {
  return one.length === other.length ? one < other : one.length < other.length;
}

export class Room {
  /** `told(result)` hears how an application answered a press, `changed()` that other messages show. */
  constructor(channel, me, directory, { composer = true, told = () => {}, changed = () => {} } = {}) {
    this.channel = channel;
    this.me = me;
    this.directory = directory;
    this.told = told;
    this.changed = changed;
    this.articles = new Map(); // message id → {element, message}
    const title = channel.type === DIRECT ? directory.titleOf(channel) : `#${channel.name}`;
    this.flow = h("div.c-flow", { tabindex: 0, role: "log", "aria-label": say("Messages in {title}", { title }), "data-flow": channel.id,
      onscroll: () => this.scrolled() });
    this.atEnd = true; // while one reads above, new messages do not move the page
    this.scrolledTo = 0;
    this.composer = composer ? new Composer(title, {
      write: (text) => this.attempt(async () => this.show(await me.write(channel.id, text))),
      command: (name, options) => this.command(name, options),
      commands: async () => flat((await me.commands(channel.id)).map((command) => ({ ...command, application: directory.user(command.application_id) }))),
    }) : null;
  }

  /** The elements to put into the page. */
  elements() {
    return [this.flow, this.composer?.form].filter(Boolean);
  }

  /** Reads the channel. Throws Trouble. */
  async load() {
    const messages = await this.me.messages(this.channel.id);
    const there = new Set(messages.map((message) => message.id));
    for (const id of [...this.articles.keys()]) if (!there.has(id)) this.remove(id);
    for (const message of messages) this.show(message);
    if (!messages.length) this.emptyNote();
  }

  emptyNote() {
    this.flow.replaceChildren(h("p.c-empty", {}, say("Nothing here yet. Write the first message.")));
  }

  /** Puts a message in its place, or renews it. */
  show(message, fresh = false) {
    if (!message?.author) return;
    this.directory.learn(message.author);
    for (const user of message.mentions ?? []) this.directory.learn(user);
    const known = this.articles.get(message.id);
    const drawn = JSON.stringify(message);
    if (known?.drawn === drawn) return;
    const element = article(message, this.channel, this.directory, {
      press: (what, button) => this.press(message, what, button),
      dismiss: () => this.dismiss(message.id),
    });
    if (known) {
      const focused = known.element.contains(document.activeElement) ? document.activeElement.dataset?.customId : null;
      known.element.replaceWith(element);
      if (focused) element.querySelector(`[data-custom-id="${CSS.escape(focused)}"]`)?.focus();
    } else {
      this.flow.querySelector(".c-empty")?.remove();
      if (fresh) element.classList.add("fresh");
      const next = [...this.flow.children].find((one) => before(message.id, one.dataset.messageId ?? ""));
      this.flow.insertBefore(element, next ?? null);
    }
    this.articles.set(message.id, { element, drawn });
    this.changed();
    this.toEnd();
    for (const image of element.querySelectorAll("img")) image.addEventListener("load", () => this.toEnd());
  }

  toEnd() {
    if (this.atEnd) this.flow.scrollTop = this.flow.scrollHeight;
    this.scrolledTo = this.flow.scrollTop;
  }

  /** Only going up leaves the end: a picture that is still growing does not. */
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.flow;
    if (scrollHeight - scrollTop - clientHeight < 120) this.atEnd = true;
    else if (scrollTop < this.scrolledTo) this.atEnd = false;
    this.scrolledTo = scrollTop;
  }

  /** Takes a message away. */
  remove(id) {
    this.articles.get(id)?.element.remove();
    this.articles.delete(id);
    if (!this.articles.size) this.emptyNote();
    this.changed();
  }

  async dismiss(id) {
    const failure = await this.attempt(() => this.me.dismiss(this.channel.id, id));
    if (failure) {
      this.articles.get(id)?.element.querySelector(".m-fail").replaceChildren(icon("alert"), failure);
    } else {
      this.remove(id);
      this.flow.focus();
    }
  }

  /** Presses a button or chooses in a select of `message`. */
  async press(message, what, element) {
    const holder = element.closest("[data-message-id]");
    const place = holder.querySelector(".m-fail");
    if (element.getAttribute("aria-busy") === "true") return;
    place.replaceChildren();
    element.setAttribute("aria-busy", "true");
    const failure = await this.attempt(() => this.interact({ ...what, channel_id: this.channel.id, message_id: message.id }));
    element.removeAttribute("aria-busy");
    if (failure) {
      const now = this.articles.get(message.id)?.element.querySelector(".m-fail") ?? place;
      now.replaceChildren(icon("alert"), failure);
      // A menu falls back, so that the same choice can be made again.
      if (element.tagName === "SELECT") element.value = [...element.options].find((option) => option.defaultSelected)?.value ?? "";
      now.scrollIntoView({ block: "nearest" });
    }
  }

  command(name, options) {
    const guildId = this.channel.guild_id;
    return this.attempt(() => this.interact({ kind: "command", channel_id: this.channel.id, ...(guildId ? { guild_id: guildId } : {}), name, options }));
  }

  /** Does `what` and shows what came of it. Throws Trouble; returns a text when the application failed. */
  async interact(what) {
    const result = await this.me.interact(what);
    this.told(result);
    if (result.outcome === "failed") return say("The application did not answer. Nothing was lost: wait a moment and try again.");
    if (result.outcome === "modal") {
      const context = { directory: this.directory, channel: this.channel, message: { attachments: [] } };
      openModal(result.modal, context, (values) =>
        this.attempt(() => this.interact({ kind: "modal", channel_id: this.channel.id, modal_id: result.modal.modal_id, values })));
    } else if (result.message) {
      if (!result.message.channel_id || result.message.channel_id === this.channel.id) this.show(result.message, true);
    }
    return "";
  }

  /** Runs `action`; a Trouble becomes its text. */
  async attempt(action) {
    try {
      const failure = (await action()) || "";
      if (failure) announce(failure);
      return failure;
    } catch (trouble) {
      if (!("status" in trouble)) throw trouble;
      announce(trouble.message);
      return trouble.message;
    }
  }
}
