/* The conversation page: who one is, which channel, and news as they come. */

import { person, sandbox, Trouble } from "./api.js";
import { arrows } from "./arrows.js";
import { Directory, DIRECT, isRoom, isThread } from "./directory.js";
import { announce, h, icon, initials } from "./dom.js";
import { drawNavigation, hrefOf } from "./navigation.js";
import { Requests } from "./requests.js";
import { Room } from "./room.js";
import { keepCounting, say } from "./speech.js";
import { renewStrip, strip } from "./strip.js";

const WIDE = matchMedia("(min-width: 1200px)");
const page = document.getElementById("page");
const query = new URLSearchParams(location.search);
const unread = new Map();
const parts = {
  env: strip(h("a", { href: "/developers" }, say("Developers"))),
  rail: arrows(h("nav.c-rail", { "aria-label": say("Servers") }), "a"),
  side: h("nav.c-side", { "aria-label": say("Channels") }),
  main: h("main.c-room", { id: "main" }),
  pane: h("aside.c-pane", { "aria-label": say("Beside the channel") }),
};
const drawer = h("div.c-drawer", { id: "drawer" }, parts.rail, parts.side);
const away = h("p.c-away", { role: "alert", hidden: true }, icon("alert"), say("The sandbox does not answer. Nothing was lost; this page goes on by itself when it is back."));

let directory, me, requests, room = null, beside = null, paneKind = null;
let place = localStorage.getItem("place"); // the server's channel that one was in last

async function start() {
  page.replaceChildren(h("div.c-skeleton", { role: "status", "aria-label": say("Loading") }, h("i"), h("i"), h("i")));
  try {
    directory = new Directory(await whoAmI());
    me = directory.me;
    await directory.load();
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    page.replaceChildren(h("main", {}, problem(trouble.message, h("button.b.p", { type: "button", onclick: start }, say("Try again")),
      h("a.b", { href: "/developers#people" }, say("Choose a person")))));
    return;
  }
  if (!me) {
    page.replaceChildren(h("main", {}, h("div.problem", {}, h("img", { src: "/client/static/sign.svg", alt: "", width: 56, height: 56 }),
      h("h1", {}, say("Discord sandbox")), h("p", {}, say("Nobody lives here yet. Make the first person and a server on the developers' page.")),
      h("a.b.p", { href: "/developers" }, say("Open the developers' page")))));
    return;
  }
  requests = new Requests(directory);
  page.replaceChildren(h("div.chat", {}, h("a.skip", { href: "#main" }, say("Skip to the messages")), parts.env, drawer, parts.main, parts.pane), away);
  paneKind = WIDE.matches ? localStorage.getItem("pane") ?? "dm" : "";
  await open(wanted(), { replace: true });
  keepCounting();
  follow();
}

/** The person of `?as=`, or the first who is in a server. */
async function whoAmI() {
  const asked = query.get("as");
  if (asked) return person(asked);
  const state = await sandbox.state();
  const people = state.users.filter((user) => !user.bot);
  const last = people.find((user) => user.id === localStorage.getItem("as"));
  const found = last ?? people[0];
  return found ? person(found.id) : null;
}

/** The channel that the address names, or the first there is. */
function wanted() {
  const path = location.pathname.split("/").filter(Boolean);
  const id = path[0] === "dm" ? path[1] : path[2];
  const guild = path[0] === "channels" ? path[1] : null;
  const channels = directory.channels.filter(isRoom);
  const first = channels.filter((one) => !isThread(one));
  return channels.find((one) => one.id === id) ?? first.find((one) => guild && one.guild_id === guild)
    ?? first.find((one) => one.type !== DIRECT) ?? first[0] ?? null;
}

async function open(channel, { replace = false } = {}) {
  document.body.classList.remove("drawer-open");
  localStorage.setItem("as", me.id);
  const href = channel ? hrefOf(channel, me.id) : `/?as=${me.id}`;
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  await show(channel);
}

async function show(channel) {
  room = channel ? new Room(channel, me, directory, { told: (result) => requests.answered(result), changed, open: openById }) : null;
  if (channel) unread.delete(channel.id);
  if (channel && channel.type !== DIRECT) {
    place = channel.id;
    localStorage.setItem("place", place);
  }
  drawMain();
  drawPane();
  draw();
  changed();
  if (!room) return;
  const opened = room;
  const failure = await opened.attempt(() => opened.load());
  if (failure) opened.flow.replaceChildren(problem(failure));
}

/** Opens a channel or thread by its id; one that this page does not know yet is looked for. */
async function openById(id) {
  if (!directory.channels.some((one) => one.id === id)) await directory.load();
  const channel = directory.channels.find((one) => one.id === id);
  if (channel) await open(channel);
  else announce(say("Unknown Channel"));
}

function changed() {
  renewStrip(parts.env, [parts.main, parts.pane]);
}

function draw() {
  const waiting = [...unread.values()].reduce((sum, count) => sum + count, 0);
  const title = room ? `${room.channel.type === DIRECT ? "" : "#"}${directory.titleOf(room.channel)}` : say("No channel");
  document.title = `${waiting ? `(${waiting}) ` : ""}${title} · ${say("Discord sandbox")}`;
  drawNavigation({
    rail: parts.rail, side: parts.side, directory, current: room?.channel, unread, open,
    become: (userId) => { location.href = `${location.pathname}?as=${userId}`; },
  });
}

function drawMain() {
  const channel = room?.channel;
  const title = channel ? directory.titleOf(channel) : say("No channel");
  const latest = directory.channels.find((one) => one.type === DIRECT);
  const inServers = directory.channels.filter((one) => one.type !== DIRECT && isRoom(one));
  const first = inServers.find((one) => one.id === place) ?? inServers[0];
  const toggle = (kind, name, label) => h("button.x.c-toggle", {
    type: "button", "aria-label": label, title: label, "aria-pressed": String(paneKind === kind), "data-pane": kind, onclick: () => togglePane(kind),
  }, icon(name));
  const tab = (one, text) => h("a", { href: hrefOf(one, me.id), class: one.id === channel?.id ? "on" : "", "aria-current": one.id === channel?.id ? "page" : null,
    onclick: (event) => { event.preventDefault(); open(one); } }, text, unread.get(one.id) ? h("em.count", {}, unread.get(one.id)) : null);
  parts.main.replaceChildren(
    latest && first ? h("div.c-tabs", {}, tab(channel?.type === DIRECT ? first : channel ?? first, `#${(channel?.type === DIRECT ? first : channel ?? first).name}`),
      tab(channel?.type === DIRECT ? channel : latest, say("Direct message"))) : "",
    h("div.c-head", {},
      h("button.x.c-menu", { type: "button", "aria-label": say("Servers and channels"), "aria-controls": "drawer", "aria-expanded": "false", onclick: (event) => toggleDrawer(event.currentTarget) }, icon("menu")),
      isThread(channel) ? backTo(channel) : null,
      icon(channel?.type === DIRECT ? "mail" : isThread(channel) ? "thread" : "hash"), h("h1", {}, title), h("small", {}, channel?.topic ?? ""),
      h("span.c-tools", {}, channel ? h("button.x", { type: "button", "data-open-pins": "", "aria-label": say("Pinned messages"), title: say("Pinned messages"),
        onclick: () => room.attempt(() => room.pins()) }, icon("pin")) : null, channel?.type === DIRECT ? null : toggle("dm", "mail", say("Direct message beside the channel")), toggle("requests", "pulse", say("Requests of the bot")))),
    ...(room ? room.elements() : [problem(say("You are in no channel. Somebody has to take you into a server; the developers' page can."),
      h("a.b.p", { href: "/developers#guilds" }, say("Open the developers' page")))]),
  );
}

/** The way from a thread to its channel. */
function backTo(thread) {
  const parent = directory.channels.find((one) => one.id === thread.parent_id && isRoom(one));
  if (!parent) return null;
  const label = say("Back to #{name}", { name: parent.name });
  return h("a.x.c-back", { href: hrefOf(parent, me.id), "aria-label": label, title: label, "data-back": "", onclick: (event) => { event.preventDefault(); open(parent); } }, icon("back"));
}

function toggleDrawer(button) {
  const on = document.body.classList.toggle("drawer-open");
  button.setAttribute("aria-expanded", String(on));
  if (on) parts.side.querySelector("a, select")?.focus();
}

function togglePane(kind) {
  paneKind = paneKind === kind ? "" : kind;
  localStorage.setItem("pane", paneKind);
  const left = !paneKind && parts.pane.contains(document.activeElement) ? kind : "";
  for (const button of document.querySelectorAll("[data-pane]")) button.setAttribute("aria-pressed", String(button.dataset.pane === paneKind));
  drawPane();
  // Where the pane lies over the channel, what is under it cannot be reached.
  if (paneKind && !WIDE.matches) parts.pane.querySelector("button")?.focus();
  if (left) document.querySelector(`[data-pane="${left}"]`)?.focus();
}

/** The column beside: the newest direct message, or what the bot asked for. */
function drawPane() {
  requests.stop();
  beside = null;
  const direct = directory.channels.filter((one) => one.type === DIRECT).toSorted((a, b) => (BigInt(a.last_message_id ?? 0) < BigInt(b.last_message_id ?? 0) ? 1 : -1))[0];
  const withDirect = paneKind === "dm" && direct && room?.channel.type !== DIRECT;
  const shown = paneKind === "requests" || withDirect;
  parts.pane.hidden = !shown;
  document.querySelector(".chat")?.classList.toggle("with-pane", Boolean(shown));
  const close = h("button.x", { type: "button", "aria-label": say("Close"), onclick: () => togglePane(paneKind) }, icon("close"));
  if (paneKind === "requests") {
    parts.pane.replaceChildren(h("div.c-head", {}, icon("pulse"), h("h2", {}, say("Requests of the bot")), close), requests.element);
    requests.start();
  } else if (withDirect) {
    const name = directory.titleOf(direct);
    const pane = new Room(direct, me, directory, { composer: false, told: (result) => requests.answered(result), changed });
    beside = pane;
    unread.delete(direct.id);
    parts.pane.replaceChildren(
      h("div.c-head", {}, h("span.m-av.bot.small", { "aria-hidden": "true" }, initials(name)), h("h2", {}, name), h("small", {}, say("direct message")), close),
      ...pane.elements());
    pane.attempt(() => pane.load());
  } else {
    parts.pane.replaceChildren();
  }
}

const LONG_POLLS = 3; // of all windows together: a browser opens six connections to one address
const PAUSE_MS = 1000;

/** Asks with a long wait when this window may, otherwise at once and then rests. A hidden window rests longer. */
async function inTurn(ask) {
  if (!document.hidden && navigator.locks) { // an address that does not count as safe has no locks
    for (let slot = 0; slot < LONG_POLLS; slot += 1) {
      let asked = false;
      const answer = await navigator.locks.request(`poll-${slot}`, { ifAvailable: true }, (lock) => {
        asked = lock !== null;
        return lock ? ask(25) : null;
      });
      if (asked) return answer;
    }
  }
  const answer = await ask(0);
  if (!answer.length) {
    await new Promise((done) => {
      setTimeout(done, document.hidden ? 4 * PAUSE_MS : PAUSE_MS);
      document.addEventListener("visibilitychange", done, { once: true });
    });
  }
  return answer;
}

/** Follows what happens, for ever. */
async function follow() {
  let after = directory.lastEvent, pause = 500;
  for (;;) {
    try {
      if (!away.hidden) {
        await resume();
        after = directory.lastEvent;
      }
      const events = await inTurn((waitSeconds) => me.events(after, waitSeconds));
      if (events.length) {
        after = events.at(-1).n;
        await take(events);
      }
      pause = 500;
    } catch (trouble) {
      if (!(trouble instanceof Trouble)) throw trouble;
      away.hidden = false;
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(pause * 2, 5000);
    }
  }
}

/** After the sandbox was away: everything anew. */
async function resume() {
  await directory.load();
  away.hidden = true;
  const here = directory.channels.find((one) => one.id === room?.channel.id);
  if (!here) {
    await open(wanted(), { replace: true });
    return;
  }
  for (const one of [room, beside]) if (one) await one.attempt(() => one.load());
  draw();
}

async function take(events) {
  let structure = false;
  for (const event of events) {
    const kind = String(event.type ?? "");
    const rooms = [room, beside].filter((one) => one && one.channel.id === event.channel_id);
    if (event.message_id && kind !== "MESSAGE_DELETE") { // of a reaction `type` may say which kind it is
      for (const one of rooms) one.reacted();
      continue;
    }
    if (kind === "TYPING_START") {
      for (const one of rooms) one.wrote(event.user_id);
      continue;
    }
    if (!kind.startsWith("MESSAGE")) {
      structure ||= !kind.startsWith("PRESENCE") && kind !== "CHANNEL_PINS_UPDATE";
      continue;
    }
    if (kind === "MESSAGE_CREATE") for (const one of rooms) one.wrote(event.message?.author?.id, true);
    for (const one of rooms) {
      if (kind === "MESSAGE_DELETE") one.remove(event.message?.id ?? event.message_id);
      else one.show(event.message, kind === "MESSAGE_CREATE");
    }
    if (!directory.channels.some((one) => one.id === event.channel_id)) structure = true;
    else if (kind === "MESSAGE_CREATE") arrived(event, rooms.length > 0);
  }
  if (structure) {
    await directory.load();
    if (!room || !directory.channels.some((one) => one.id === room.channel.id)) await open(wanted(), { replace: true });
    else if (!beside) drawPane();
  }
  draw();
}

function arrived(event, seen) {
  const { message } = event;
  if (!message?.author || message.author.id === me.id) return;
  if (seen) return; // the log that shows it is read aloud by itself
  announce(say("Message of {name}", { name: directory.nameOf(message.author) }));
  unread.set(event.channel_id, (unread.get(event.channel_id) ?? 0) + 1);
}

function problem(text, ...more) {
  return h("div.problem", {}, icon("alert"), h("p", {}, text), more);
}

addEventListener("popstate", () => show(wanted()));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && parts.pane.contains(document.activeElement) && paneKind) {
    togglePane(paneKind);
  } else if (event.key === "Escape" && document.body.classList.contains("drawer-open")) {
    document.querySelector(".c-menu")?.click();
    document.querySelector(".c-menu")?.focus();
  }
});
start();
