/* One channel as one person sees it: its messages, and what pressing things in them does. */

import { announce, h, icon } from "./dom.js";
import { flat } from "./commands.js";
import { Composer } from "./composer.js";
import { DIRECT } from "./directory.js";
import { article } from "./message.js";
import { openModal } from "./modal.js";
import { showPins } from "./pins.js";
import { nameOf } from "./reactions.js";
import { say } from "./speech.js";

/** The order of snowflakes. */
function before(one, other) {
  return one.length === other.length ? one < other : one.length < other.length;
}

/** As Discord words it, and what to do. */
function failed(kind) {
  if (["button", "select"].includes(kind)) return say("This interaction failed. Nothing was lost: wait a moment and press again.");
  if (kind === "modal") return say("Something went wrong. What you wrote is still here: try again.");
  return say("The application did not respond. Nothing was lost: wait a moment and try again.");
}

const PAGE = 60; // messages read at first, and with each step up
const NEAR_TOP_PX = 240;
const REST_MS = 80;

/** What finds the same thing again in a message that was drawn anew. */
function focusMark(element) {
  const name = ["data-custom-id", "data-reaction", "data-react", "data-answer"].find((one) => element.hasAttribute(one));
  return name ? `[${name}="${CSS.escape(element.getAttribute(name))}"]` : null;
}

/** News of a message are for everybody: which reactions and votes are the reader's own is kept from what is known. */
function withMine(message, known) {
  if (message.poll && known.poll) {
    const votes = new Set(known.poll.results.answer_counts.filter((row) => row.me_voted).map((row) => row.id));
    const counts = message.poll.results.answer_counts.map((row) => ({ ...row, me_voted: votes.has(row.id) }));
    message = { ...message, poll: { ...message.poll, results: { ...message.poll.results, answer_counts: counts } } };
  }
  const mine = new Set((known.reactions ?? []).filter((one) => one.me).map((one) => nameOf(one.emoji)));
  return message.reactions ? { ...message, reactions: message.reactions.map((one) => ({ ...one, me: mine.has(nameOf(one.emoji)) })) } : message;
}

export class Room {
  /** `told(result)` hears how an application answered a press, `changed()` that other messages show. */
  constructor(channel, me, directory, { composer = true, told = () => {}, changed = () => {}, open = () => {} } = {}) {
    this.channel = channel;
    this.me = me;
    this.directory = directory;
    this.told = told;
    this.changed = changed;
    this.open = open;
    this.writing = new Map(); // who writes → until when
    this.typing = h("p.c-typing", { role: "status" });
    this.articles = new Map(); // message id → {element, message}
    const title = channel.type === DIRECT ? directory.titleOf(channel) : `#${channel.name}`;
    this.flow = h("div.c-flow", { tabindex: 0, role: "log", "aria-label": say("Messages in {title}", { title }), "data-flow": channel.id,
      onscroll: () => this.scrolled() });
    this.limit = PAGE;
    this.more = h("button.b.c-older", { type: "button", hidden: true, "data-older": "", onclick: () => this.attempt(() => this.older()) }, say("Show earlier messages"));
    this.flow.append(this.more);
    this.atEnd = true; // while one reads above, new messages do not move the page
    this.scrolledTo = 0;
    this.composer = composer ? new Composer(title, {
      write: (text, files, source) => this.attempt(async () => this.show(await (files.length || source
        ? me.post(channel.id, { content: text, ...(source ? { message_reference: { message_id: source } } : {}) }, files) : me.write(channel.id, text)))),
      rewrite: (id, text) => this.attempt(async () => this.show(await this.me.rewrite(channel.id, id, text), null)),
      latest: () => [...this.flow.querySelectorAll("[data-message-id]")].map((one) => this.articles.get(one.dataset.messageId)?.message)
        .findLast((message) => message?.author.id === me.id),
      typing: () => me.type(channel.id).catch(() => {}), // nobody misses a sign that did not arrive
      command: (name, options) => this.command(name, options),
      complete: (name, options, focused) => this.complete(name, options, focused),
      commands: async () => flat((await me.commands(channel.id)).map((command) => ({ ...command, application: directory.user(command.application_id) }))),
    }) : null;
  }

  /** The elements to put into the page. */
  elements() {
    return [this.flow, this.composer && this.typing, this.composer?.form].filter(Boolean);
  }

  /** Reads the channel. Throws Trouble. */
  async load() {
    const messages = await this.me.messages(this.channel.id, this.limit);
    const there = new Set(messages.map((message) => message.id));
    for (const id of [...this.articles.keys()]) if (!there.has(id)) this.remove(id);
    this.showAll(messages);
    this.more.hidden = messages.length < this.limit;
    if (!messages.length) this.emptyNote();
  }

  /** Reads what was written before the oldest message here; what is being read stays where it is. Throws Trouble. */
  async older() {
    if (this.reading || this.more.hidden) return;
    this.reading = true;
    try {
      const first = this.flow.querySelector("[data-message-id]");
      const messages = await this.me.messages(this.channel.id, PAGE, first?.dataset.messageId);
      this.limit = this.articles.size + messages.length;
      const { scrollHeight, scrollTop } = this.flow;
      const focused = document.activeElement === this.more;
      this.showAll(messages);
      this.more.hidden = messages.length < PAGE;
      this.flow.scrollTop = this.scrolledTo = scrollTop + this.flow.scrollHeight - scrollHeight;
      if (focused && this.more.hidden) this.flow.focus();
    } finally {
      this.reading = false;
    }
  }

  emptyNote() {
    this.flow.querySelector(".c-empty")?.remove();
    this.flow.append(h("p.c-empty", {}, say("Nothing here yet. Write the first message.")));
  }

  /** Puts many messages, oldest first, in their places at once. */
  showAll(messages) {
    const fresh = [];
    for (const message of messages) {
      if (this.articles.has(message.id)) this.show(message, null);
      else if (message.author) fresh.push(message);
    }
    if (!fresh.length) return;
    this.flow.querySelector(".c-empty")?.remove();
    const first = this.flow.querySelector("[data-message-id]");
    const together = !first || before(fresh.at(-1).id, first.dataset.messageId);
    if (!together) {
      for (const message of fresh) this.show(message);
      return;
    }
    const drawn = document.createDocumentFragment();
    for (const message of fresh) drawn.append(this.draw(message));
    this.flow.insertBefore(drawn, first);
    this.changed();
    this.toEnd();
  }

  /** The element of `message`, noted under its id. */
  draw(message) {
    this.directory.learn(message.author);
    for (const user of message.mentions ?? []) this.directory.learn(user);
    const element = article(message, this.channel, this.directory, {
      press: (what, button) => this.press(message, what, button),
      dismiss: () => this.dismiss(message.id),
      find: (id) => this.articles.get(id),
      goTo: (id) => this.goTo(id),
      open: (id) => this.open(id),
      rewrite: message.author.id === this.me.id && this.composer ? (source) => this.composer.rewrite(source) : null,
      remove: message.author.id === this.me.id ? (source) => this.dismiss(source.id) : null,
      reply: (source) => this.composer?.answer(source, this.directory.nameOf(source.author)),
      commands: () => this.menuCommands(),
      runOn: (command, target) => this.runOn(command, target),
      react: (name, on) => this.react(message.id, name, on),
      vote: (answers) => this.vote(message.id, answers),
    });
    this.articles.set(message.id, { element, message, drawn: JSON.stringify(message) });
    for (const image of element.querySelectorAll("img")) image.addEventListener("load", () => this.toEnd());
    return element;
  }

  /** Puts a reaction of one's own on a message, or takes it back; the news of it comes by itself. */
  async react(id, name, on) {
    const failure = await this.attempt(() => this.me.react(this.channel.id, id, name, on));
    if (failure) this.articles.get(id)?.element.querySelector(".m-fail").replaceChildren(icon("alert"), failure);
  }

  /** Votes in a poll; what it shows then is the answer. */
  async vote(id, answers) {
    const failure = await this.attempt(async () => this.show(await this.me.vote(this.channel.id, id, answers), null));
    if (failure) this.articles.get(id)?.element.querySelector(".m-fail").replaceChildren(icon("alert"), failure);
  }

  /** Reactions came or went: several in a moment are read at once. */
  reacted() {
    clearTimeout(this.reactedTimer);
    this.reactedTimer = setTimeout(() => this.attempt(() => this.load()), REST_MS);
  }

  /** Somebody writes here; seen for ten seconds, or until the message is there. */
  wrote(userId, done = false) {
    if (userId === this.me.id) return;
    if (done) this.writing.delete(userId);
    else this.writing.set(userId, performance.now() + 10_000);
    this.showTyping();
  }

  showTyping() {
    clearTimeout(this.typingTimer);
    const now = performance.now();
    for (const [id, until] of this.writing) if (until <= now) this.writing.delete(id);
    const names = [...this.writing.keys()].map((id) => this.directory.user(id)).filter(Boolean);
    const text = names.length ? say("{names} writing…", { names: names.join(", ") }) : "";
    if (this.typing.textContent !== text) this.typing.textContent = text;
    if (names.length) this.typingTimer = setTimeout(() => this.showTyping(), Math.min(...this.writing.values()) - now + 50);
  }

  /** The pins of the channel in a dialog. */
  async pins() {
    const messages = await this.me.pinned(this.channel.id);
    showPins(messages.toReversed(), this.directory, async (id) => {
      while (!this.articles.has(id) && !this.more.hidden) if (await this.attempt(() => this.older())) return;
      this.goTo(id);
    });
  }

  /** Brings a message into view, where it is here. */
  goTo(id) {
    const { element } = this.articles.get(id) ?? {};
    if (!element) {
      announce(say("That message is not here any more, or further up."));
      return;
    }
    this.atEnd = false;
    element.scrollIntoView({ block: "center" });
    element.classList.remove("fresh");
    element.getBoundingClientRect(); // so that the mark begins anew
    element.classList.add("fresh");
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  /** Puts a message in its place, or renews it. `fresh`: it is news; null: it was read, so its reactions know the reader. */
  show(message, fresh = false) {
    if (!message?.author) return;
    const known = this.articles.get(message.id);
    if (fresh !== null && known) message = withMine(message, known.message);
    if (known?.drawn === JSON.stringify(message)) return;
    // Above what was read lies more than this one message: it is read with the rest.
    const first = this.flow.querySelector("[data-message-id]");
    if (!known && !this.more.hidden && first && before(message.id, first.dataset.messageId)) return;
    const element = this.draw(message);
    if (known) {
      const focused = known.element.contains(document.activeElement) ? focusMark(document.activeElement) : null;
      known.element.replaceWith(element);
      if (focused) element.querySelector(focused)?.focus();
    } else {
      this.flow.querySelector(".c-empty")?.remove();
      if (fresh) element.classList.add("fresh");
      // Nearly always the newest: the search begins at the end.
      let last = this.flow.lastElementChild;
      while (last?.dataset.messageId && before(message.id, last.dataset.messageId)) last = last.previousElementSibling;
      const next = last ? last.nextElementSibling : this.flow.firstElementChild;
      this.flow.insertBefore(element, next);
    }
    this.changed();
    this.toEnd();
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
    if (scrollTop < NEAR_TOP_PX && scrollTop < this.scrolledTo) this.attempt(() => this.older());
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

  /** What an application offers for the option `focused` that is being written: [{name, value}]. */
  async complete(name, options, focused) {
    const guildId = this.channel.guild_id;
    const result = await this.me.interact({ kind: "autocomplete", channel_id: this.channel.id, ...(guildId ? { guild_id: guildId } : {}), name, options, focused });
    return result.choices ?? [];
  }

  /** The commands of the menus of messages and people, as far as the sandbox tells them. */
  async menuCommands() {
    let found = [];
    await this.attempt(async () => { found = await this.me.commands(this.channel.id, "2,3"); });
    return found.map((command) => ({ ...command, application: this.directory.user(command.application_id) }));
  }

  async runOn(command, target) {
    const onMessage = command.type === 3;
    const failure = await this.attempt(() => this.interact({ kind: onMessage ? "message_command" : "user_command", channel_id: this.channel.id, name: command.name,
      application_id: command.application_id, target_id: onMessage ? target.id : target.author.id }));
    if (failure) this.articles.get(target.id)?.element.querySelector(".m-fail").replaceChildren(icon("alert"), failure);
  }

  /** Does `what` and shows what came of it. Throws Trouble; returns a text when the application failed. */
  async interact(what) {
    const result = await this.me.interact(what);
    this.told(result);
    if (result.outcome === "failed") return failed(what.kind);
    if (result.outcome === "modal") {
      const context = { directory: this.directory, channel: this.channel, message: { attachments: [] } };
      openModal(result.modal, context, (values) =>
        this.attempt(() => this.interact({ kind: "modal", channel_id: this.channel.id, modal_id: result.modal.modal_id, values })));
    } else if (result.message) {
      if (!result.message.channel_id || result.message.channel_id === this.channel.id) {
        // Who asked is shown the answer, however far up he pressed; a message that only changed stays where it is read.
        if (["message", "deferred"].includes(result.outcome)) this.atEnd = true;
        this.show(result.message, true);
        this.toEnd();
      }
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
