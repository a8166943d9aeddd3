/* Words, numbers and times in the reader's language. */

export const language = document.documentElement.lang === "en" ? "en" : "pt-BR";
const words = language === "en" ? {} : await (await fetch(`/client/words/${language}.json`)).json();

/** `text` in the reader's language, with `{values}` put in. */
export function say(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

let offsetSeconds = 0;
/** Sets how far the sandbox's clock is from this machine's. */
export function moveClock(seconds) {
  offsetSeconds = seconds;
}
/** The sandbox's present in milliseconds. */
export function now() {
  return Date.now() + offsetSeconds * 1000;
}

const DAY = 86_400_000;
const hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(language, { weekday: "long" });
const day = new Intl.DateTimeFormat(language, { day: "2-digit", month: "2-digit", year: "numeric" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" });

/** When a message was written: today at, yesterday at, a weekday, or the date. */
export function moment(iso) {
  const at = new Date(iso);
  const midnight = new Date(now());
  midnight.setHours(0, 0, 0, 0);
  const time = hour.format(at);
  const past = midnight - at;
  if (past <= 0 && past > -DAY) return say("today at {time}", { time });
  if (past > 0 && past <= DAY) return say("yesterday at {time}", { time });
  if (past > 0 && past < 6 * DAY) return say("{day} at {time}", { day: weekday.format(at), time });
  return `${day.format(at)} ${time}`;
}

/** The whole date with seconds. */
export function exactly(at) {
  return full.format(new Date(at));
}

/** A time of day with seconds. */
export function clock(iso) {
  return new Date(iso).toLocaleTimeString(language);
}

/** A number as the language writes it. */
export function number(value) {
  return new Intl.NumberFormat(language).format(value);
}

/** A size in bytes as people read it. */
export function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte"];
  let value = bytes, index = 0;
  while (value >= 1000 && index < 2) { value /= 1000; index += 1; }
  return new Intl.NumberFormat(language, { style: "unit", unit: units[index], maximumFractionDigits: 1 }).format(value);
}

const STYLES = {
  t: { hour: "2-digit", minute: "2-digit" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  d: { day: "2-digit", month: "2-digit", year: "numeric" },
  D: { day: "numeric", month: "long", year: "numeric" },
  f: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  F: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
  s: { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" },
  S: { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
};
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const STEPS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** The text of a `<t:…>` mark. Under an hour ahead it counts in minutes and seconds. */
export function timestamp(unixSeconds, style) {
  if (style !== "R") return new Intl.DateTimeFormat(language, STYLES[style] ?? STYLES.f).format(new Date(unixSeconds * 1000));
  const left = Math.round(unixSeconds - now() / 1000);
  if (left > 0 && left < 3600) {
    return say("in {time}", { time: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` });
  }
  const [unit, seconds] = STEPS.find(([, length]) => Math.abs(left) >= length) ?? STEPS.at(-1);
  return relative.format(Math.trunc(left / seconds), unit);
}

/** Keeps every `<time data-unix data-style="R">` of the page counting, and ends the patience with answers that never came. */
export function keepCounting() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-style=R]")) {
      const text = timestamp(Number(element.dataset.unix), "R");
      if (element.textContent !== text) element.textContent = text;
    }
    for (const element of document.querySelectorAll("[data-thinking][data-until]")) {
      if (now() < Number(element.dataset.until)) continue;
      delete element.dataset.until;
      element.textContent = say("The application did not respond.");
    }
  }, 1000);
}
