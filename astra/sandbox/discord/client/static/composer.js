/* Where a person writes: text, or a command after a slash. */

import { arrows } from "./arrows.js";
import { announce, freshId, h, icon } from "./dom.js";
import { find, readOptions } from "./commands.js";
import { say, size } from "./speech.js";

const FRESH_MS = 3000, TYPING_MS = 8000, COMPLETE_MS = 200;
const MOST_FILES = 10;

/** The form below the messages. `actions`: `write(text, files, answeredId)`, `rewrite(id, text)`, `typing()` and `command(name, options)`, which return an error text or "",
    `commands()`, what there is now, and `latest()`, the newest message of one's own. */
export class Composer {
  constructor(title, actions) {
    this.actions = actions;
    this.commands = [];
    this.readAt = -Infinity;
    const id = freshId("composer");
    const list = freshId("commands");
    this.text = h("textarea", {
      id, rows: 1, maxlength: 2000, placeholder: say("Write in {title}", { title }), "data-composer": "", autocomplete: "off",
      "aria-describedby": `${id}-problem`, "aria-controls": list,
      oninput: () => this.typed(), onkeydown: (event) => this.key(event),
    });
    this.problem = h("p.fail", { id: `${id}-problem`, role: "alert" });
    this.list = arrows(h("ul.commands", { id: list, hidden: true, "aria-label": say("Commands"), onkeydown: (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.list.hidden = true;
      this.text.focus();
    } }), "button");
    this.form = h("form.c-in", { onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.list, this.problem,
      h("div.c-write", {}, h("label.hidden", { for: id }, say("Message")), this.text,
        h("button.x", { type: "submit", "aria-label": say("Send") }, icon("send"))));
    this.files = [];
    this.source = null;
    this.changed = null;
    this.chosen = new Map(); // what was chosen of the application's offers: "option:shown" → value
    this.typedAt = -Infinity;
    this.extras = h("ul.c-extras", { hidden: true, "aria-label": say("Goes with the message") });
    this.chooser = h("input", { type: "file", multiple: true, hidden: true, "data-files": "", tabindex: -1, "aria-hidden": "true", onchange: () => {
      this.add([...this.chooser.files]);
      this.chooser.value = "";
    } });
    const attach = h("button.x", { type: "button", "data-attach": "", "aria-label": say("Attach files"), title: say("Attach files"), onclick: () => this.chooser.click() }, icon("clip"));
    this.form.querySelector(".c-write").prepend(attach, this.chooser);
    this.form.querySelector(".c-write").before(this.extras);
    this.text.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.add([...event.clipboardData.files]);
    });
  }

  /** Files that go with the next message. */
  add(files) {
    this.files = [...this.files, ...files].slice(0, MOST_FILES);
    this.showExtras();
    this.text.focus();
  }

  /** The next message answers `source`. */
  answer(source, name) {
    this.source = { id: source.id, name };
    this.showExtras();
    this.text.focus();
  }

  /** What is sent next takes the place of what `source`, one's own, says. */
  rewrite(source) {
    this.changed = { id: source.id };
    this.source = null;
    this.text.value = source.content;
    this.showExtras();
    this.text.focus();
  }

  showExtras() {
    const line = (sign, text, label, forget) => h("li", {}, icon(sign), h("span", {}, text),
      h("button.x", { type: "button", "aria-label": label, onclick: () => { forget(); this.showExtras(); this.text.focus(); } }, icon("close")));
    this.extras.replaceChildren(
      ...(this.source ? [line("reply", say("Answer to {name}", { name: this.source.name }), say("Do not answer"), () => { this.source = null; })] : []),
      ...(this.changed ? [line("pencil", say("Changes your message"), say("Leave it as it was"), () => { this.changed = null; this.text.value = ""; })] : []),
      ...this.files.map((file) => line("file", `${file.name} · ${size(file.size)}`, say("Leave {name} out", { name: file.name }), () => { this.files = this.files.filter((one) => one !== file); })));
    this.extras.hidden = !this.extras.children.length;
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "Escape") {
      if (this.list.hidden) this.source = null;
      if (this.list.hidden && this.changed) {
        this.changed = null;
        this.text.value = "";
      }
      this.list.hidden = true;
      this.showExtras();
    } else if (["ArrowUp", "ArrowDown"].includes(event.key) || (event.key === "Tab" && !event.shiftKey)) {
      const buttons = this.list.hidden ? [] : [...this.list.querySelectorAll("button")];
      const latest = event.key === "ArrowUp" && !this.text.value ? this.actions.latest() : null;
      if (latest) {
        event.preventDefault();
        this.rewrite(latest);
        return;
      }
      const next = event.key === "ArrowUp" ? buttons.at(-1) : buttons[0];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }

  async typed() {
    this.problem.textContent = "";
    this.suggest();
    if (this.text.value && !this.text.value.startsWith("/") && performance.now() - this.typedAt > TYPING_MS) {
      this.typedAt = performance.now();
      this.actions.typing();
    }
    if (!this.text.value.startsWith("/")) return;
    await this.read();
    this.suggest();
  }

  /** Reads the commands, unless that was a moment ago: bots bring new ones at any time. */
  async read() {
    if (performance.now() - this.readAt < FRESH_MS) return this.reading;
    this.readAt = performance.now();
    this.reading = this.actions.commands().then((found) => { this.commands = found; }, () => { this.readAt = -Infinity; });
    return this.reading;
  }

  suggest() {
    const typed = /^\/(.*)$/.exec(this.text.value);
    const chosen = find(this.commands, this.text.value);
    this.list.hidden = true;
    if (chosen && this.text.value.includes(" ")) {
      if (!chosen.command.options.length) return;
      const choices = this.choices(chosen.command.options);
      if (choices) {
        this.list.replaceChildren(...choices);
        this.list.hidden = !choices.length;
        return;
      }
      this.list.replaceChildren(...chosen.command.options.map((option) => h("li.hint", {},
        h("b", {}, `${option.name}:`), h("span", {}, option.description ?? ""), h("small", {}, option.required ? say("required") : say("optional")))));
      this.list.hidden = false;
    } else if (typed) {
      const found = this.commands.filter((command) => command.shown.startsWith(typed[1].toLowerCase()));
      this.list.replaceChildren(...found.map((command) => h("li", {}, h("button", {
        type: "button", "data-command": command.name, onclick: () => this.choose(command),
      }, h("b", {}, `/${command.shown}`), h("span", {}, command.description ?? ""), h("small", {}, command.application ?? "")))));
      this.list.hidden = !found.length;
    }
  }

  /** What the option that is being written may be, where it has choices; null otherwise. */
  choices(options) {
    const [, before, name, partial] = /^(.*\s)([^\s:]+):([^:]*)$/s.exec(this.text.value) ?? [];
    const option = options.find((one) => one.name === name);
    if (option?.autocomplete) return this.completed(option, before, partial.trim());
    if (!option?.choices?.length) return null;
    const found = option.choices.filter((choice) => choice.name.toLowerCase().startsWith(partial.trim().toLowerCase()));
    if (found.length === 1 && found[0].name === partial.trim()) return [];
    return found.map((choice) => h("li", {}, h("button", { type: "button", "data-choice": choice.value, onclick: () => {
      this.text.value = `${before}${name}:${choice.name}`;
      this.list.hidden = true;
      this.text.focus();
    } }, h("b", {}, choice.name), h("span", {}, `${name}`))));
  }

  /** What the application offered for this text; asked for when it is not known yet. */
  completed(option, before, partial) {
    const asked = `${option.name}:${partial}`;
    if (this.offered?.asked !== asked) {
      clearTimeout(this.completing);
      this.completing = setTimeout(() => this.complete(option, asked, partial), COMPLETE_MS);
    }
    if (!this.offered || this.offered.name !== option.name) return null;
    const chosen = this.offered.choices.some((choice) => choice.name === partial);
    return chosen ? [] : this.offered.choices.map((choice) => h("li", {}, h("button", { type: "button", "data-choice": choice.value, onclick: () => {
      const shown = option.type === 3 ? choice.name : String(choice.value);
      this.chosen.set(`${option.name}:${shown}`, choice.value);
      this.text.value = `${before}${option.name}:${shown}`;
      this.list.hidden = true;
      this.text.focus();
    } }, h("b", {}, choice.name), h("span", {}, option.name))));
  }

  async complete(option, asked, partial) {
    const found = find(this.commands, this.text.value);
    if (!found) return;
    const read = readOptions(found.command.options.map((one) => ({ ...one, required: false })), found.rest);
    let choices;
    try {
      choices = await this.actions.complete(found.command.name, { ...read.options, [option.name]: partial }, option.name);
    } catch {
      return; // one can write it without help
    }
    this.offered = { asked, name: option.name, choices };
    if (this.text.value.includes(asked)) this.suggest();
  }

  choose(command) {
    const needed = command.options.filter((option) => option.required);
    this.text.value = `/${command.shown}${needed.length ? ` ${needed[0].name}:` : ""}`;
    this.list.hidden = true;
    this.text.focus();
    if (needed.length) this.suggest();
    else this.send();
  }

  async send() {
    const text = this.text.value.trim();
    if (!text && !this.files.length) return;
    this.problem.textContent = "";
    this.list.hidden = true;
    this.text.value = "";
    this.typedAt = -Infinity;
    const { files, source, changed } = this;
    if (changed) {
      this.changed = null;
      this.showExtras();
      this.problem.textContent = await this.actions.rewrite(changed.id, text);
      if (this.problem.textContent) this.rewrite({ id: changed.id, content: text });
      return;
    }
    const command = text.startsWith("/");
    if (!command) {
      this.files = [];
      this.source = null;
      this.showExtras();
    }
    const problem = command ? await this.run(text) : await this.actions.write(text, files, source?.id);
    if (problem && !command) {
      this.files = [...files, ...this.files];
      this.source ??= source;
      this.showExtras();
    }
    if (problem) {
      this.problem.textContent = problem;
      if (!this.text.value) this.text.value = text; // what was written is not lost
      announce(problem);
    }
  }

  async run(text) {
    await this.read();
    if (!find(this.commands, text)) {
      this.readAt = -Infinity; // it may be new
      await this.read();
    }
    const found = find(this.commands, text);
    if (!found) return say("There is no such command here.");
    const read = readOptions(found.command.options, found.rest);
    if (read.problem) return read.problem;
    for (const [name, value] of Object.entries(read.options)) read.options[name] = this.chosen.get(`${name}:${value}`) ?? value;
    return this.actions.command(found.command.name, read.options);
  }
}
