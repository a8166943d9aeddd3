/* Servers, channels, and who one is. */

import { DIRECT, isRoom, isThread } from "./directory.js";
import { arrows } from "./arrows.js";
import { h, icon, initials } from "./dom.js";
import { say } from "./speech.js";

/** The address of a channel for one person. */
export function hrefOf(channel, userId) {
  const path = channel.type === DIRECT ? `/dm/${channel.id}` : `/channels/${channel.guild_id}/${channel.id}`;
  return `${path}?as=${userId}`;
}

let drawn = "";

/** Draws rail and side into `rail` and `side`. `open(channel)` follows a link, `become(userId)` changes the person. */
export function drawNavigation({ rail, side, directory, current, unread, open, become }) {
  const me = directory.me?.id;
  const shown = JSON.stringify([current?.id, [...unread], directory.guilds, directory.channels, directory.people()]);
  if (shown === drawn) return; // what is being used is not replaced under the hand
  drawn = shown;
  const link = (channel, name, attributes, ...children) => h(name, {
    href: hrefOf(channel, me),
    onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      open(channel);
    },
    ...attributes,
  }, ...children);
  const direct = directory.channels.filter((channel) => channel.type === DIRECT);
  const of = (guild) => directory.tree(guild.id, current?.id);
  const here = current?.type === DIRECT ? null : directory.guilds.find((guild) => guild.id === current?.guild_id) ?? (current ? null : directory.guilds[0]);
  const waiting = direct.reduce((sum, channel) => sum + (unread.get(channel.id) ?? 0), 0);

  rail.replaceChildren(
    ...(direct.length ? [link(direct[0], `a.c-srv${current?.type === DIRECT ? ".on" : ""}`, {
      "aria-label": waiting ? say("Direct messages, {count} new", { count: waiting }) : say("Direct messages"),
      "aria-current": current?.type === DIRECT ? "page" : null,
    }, icon("mail"), waiting ? h("b", { "aria-hidden": "true" }, waiting) : null), h("span.c-sep")] : []),
    ...directory.guilds.flatMap((guild) => {
      const first = of(guild).find(({ channel }) => isRoom(channel) && !isThread(channel))?.channel;
      if (!first) return [];
      const on = guild.id === here?.id;
      return [link(first, `a.c-srv${on ? ".on" : ""}`, { title: guild.name, "aria-current": on ? "page" : null, "data-guild-id": guild.id },
        h("span", { "aria-hidden": "true" }, initials(guild.name)), h("span.hidden", {}, guild.name))];
    }),
    h("a.c-srv", { href: "/developers#guilds", "aria-label": say("Add a test server"), title: say("Add a test server") }, icon("plus")),
  );

  const place = ({ channel, depth }) => {
    if (!isRoom(channel)) return h("span.cap", { "data-category": channel.id }, channel.name);
    const element = entry(channel);
    if (isThread(channel) && depth) element.classList.add("sub-channel");
    return element;
  };
  const entry = (channel) => {
    const on = channel.id === current?.id;
    const count = unread.get(channel.id);
    const mark = count ? h("em.count", { "aria-label": say("{count} new", { count }) }, count) : null;
    return link(channel, `a${on ? ".on" : ""}${count ? ".new" : ""}`, { "data-channel-id": channel.id, "aria-current": on ? "page" : null },
      icon(channel.type === DIRECT ? "mail" : isThread(channel) ? "thread" : "hash"), h("span", {}, directory.titleOf(channel)), mark);
  };
  const list = arrows(h("div.c-list", {}), "a");
  if (here) list.append(h("span.cap", {}, say("Channels")), ...of(here).map(place));
  if (direct.length) list.append(here ? h("span.cap", {}, say("Direct messages")) : "", ...direct.map(entry));
  if (!list.children.length) list.append(h("p.sub", {}, say("You are in no server yet.")));

  const people = directory.people();
  const self = directory.users.get(me);
  const pick = h("select", { id: "as", "data-as": "", onchange: () => become(pick.value) },
    people.map((user) => h("option", { value: user.id, selected: user.id === me }, directory.nameOf(user))));
  side.replaceChildren(
    h("div.c-head", {}, here ? here.name : say("Direct messages")),
    list,
    h("div.c-me", {}, h("span.m-av", { "aria-hidden": "true" }, self ? initials(directory.nameOf(self)) : "?"),
      h("div.c-as", {}, h("label", { for: "as" }, say("You are")), pick), others(people, me, current)),
  );
}

/** A further window as somebody else, for conversations between two. */
function others(people, me, current) {
  const other = people.find((user) => user.id !== me);
  if (!other) return null;
  const href = current ? hrefOf(current, other.id) : `/?as=${other.id}`;
  const label = say("Open another window as {name}", { name: other.global_name || other.username });
  return h("a.x", { href, target: "_blank", rel: "noopener", "aria-label": label, title: label, "data-other-window": "" }, icon("out"));
}
