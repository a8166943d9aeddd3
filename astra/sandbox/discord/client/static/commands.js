/* Slash commands: what there is, which one a text means, and what it says for the options. */

import { language, say } from "./speech.js";

const SUBCOMMAND = 1, GROUP = 2;

/** All that can be typed: a command with subcommands becomes one entry for each. `shown` is its name in the reader's language. */
export function flat(commands) {
  const walk = (node, name, shown, application) => {
    const inner = (node.options ?? []).filter((option) => option.type === SUBCOMMAND || option.type === GROUP);
    if (inner.length) return inner.flatMap((one) => walk(one, `${name} ${one.name}`, `${shown} ${localName(one)}`, application));
    const options = (node.options ?? []).map((option) => ({ ...option, description: localText(option) }));
    return [{ name, shown, options, description: localText(node), application }];
  };
  return commands.flatMap((command) => walk(command, command.name, localName(command), command.application));
}

const localName = (node) => node.name_localizations?.[language] ?? node.name;
const localText = (node) => node.description_localizations?.[language] ?? node.description ?? "";

/** The command that `text` begins with, and what follows it; null when there is none. */
export function find(commands, text) {
  const typed = text.replace(/^\//, "");
  const fits = (name) => typed === name || typed.startsWith(`${name} `) || typed.startsWith(`${name}\n`);
  const found = commands.filter((command) => fits(command.shown) || fits(command.name)).toSorted((a, b) => b.name.length - a.name.length)[0];
  if (!found) return null;
  return { command: found, rest: typed.slice((fits(found.shown) ? found.shown : found.name).length).trim() };
}

/** `name:value` pairs; text without a name belongs to the first option. Numbers and yes/no become what the option wants. */
export function readOptions(known, rest) {
  const options = {};
  const names = known.map((option) => option.name);
  const mark = /(?:^|\s)([\p{L}\p{N}_-]{1,32}):/gu;
  const marks = [...rest.matchAll(mark)].filter((found) => !known.length || names.includes(found[1]));
  const first = (marks.length ? rest.slice(0, marks[0].index) : rest).trim();
  if (first && known.length) options[known[0].name] = first;
  marks.forEach((found, index) => {
    options[found[1]] = rest.slice(found.index + found[0].length, marks[index + 1]?.index ?? rest.length).trim();
  });
  for (const option of known) {
    const value = options[option.name];
    if (value === undefined || value === "") {
      if (option.required) return { problem: say("“{name}” is missing: {description}", { name: option.name, description: option.description ?? "" }) };
      delete options[option.name];
      continue;
    }
    if (option.type === 4 || option.type === 10) {
      const number = Number(value.replace(",", "."));
      if (Number.isNaN(number) || (option.type === 4 && !Number.isInteger(number))) return { problem: say("“{name}” must be a number.", { name: option.name }) };
      options[option.name] = number;
    } else if (option.type === 5) {
      options[option.name] = /^(true|yes|sim|1)$/i.test(value);
    } else if ([6, 7, 8, 9].includes(option.type)) {
      options[option.name] = value.replace(/[^\d]/g, "") || value;
    } else if (option.choices?.length) {
      const choice = option.choices.find((one) => one.name.toLowerCase() === value.toLowerCase() || String(one.value) === value);
      if (!choice) return { problem: say("“{name}” must be one of: {choices}.", { name: option.name, choices: option.choices.map((one) => one.name).join(", ") }) };
      options[option.name] = choice.value;
    }
  }
  return { options };
}
