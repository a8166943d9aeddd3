/* People and servers. */

import { sandbox } from "./api.js";
import { h } from "./dom.js";
import { action, card, field, form } from "./paper.js";
import { say } from "./speech.js";

const STATUSES = [["online", "Online"], ["idle", "Idle"], ["dnd", "Do not disturb"], ["offline", "Offline"]];
const LOCALES = [["pt-BR", "Português (Brasil)"], ["en-US", "English"]];

/** The card of people. */
export function people({ state, draw }) {
  const list = state.users.filter((user) => !user.bot);
  const make = form([
    field("username", say("User name"), { required: true, maxlength: 32, pattern: "[a-z0-9_.]+", placeholder: "bia_lopes" }),
    field("global_name", say("Shown name (optional)"), { maxlength: 32 }),
    field("locale", say("Language"), {}, document.documentElement.lang === "en" ? LOCALES.toReversed() : LOCALES),
  ], say("Add the person"), async (values) => {
    await sandbox.post("users", { username: values.username, locale: values.locale, ...(values.global_name ? { global_name: values.global_name } : {}) });
    await draw();
  });
  return card("people", say("People"), say("People are made up. You can be any of them, each in a window of its own."),
    list.map((user) => entry(user, draw)), list.length ? null : h("p.p-none", {}, say("Nobody yet.")), make);
}

function entry(user, draw) {
  const open = user.dms_open !== false;
  return h("article.p-item", { "data-user-id": user.id, "aria-label": user.username },
    h("div.p-line", {}, h("h3", {}, user.global_name || user.username), h("span.sub", {}, `${user.username} · ${user.locale ?? ""} · ${open ? say("DMs open") : say("DMs closed")}`)),
    h("div.acts", {},
      h("a.b", { href: `/?as=${user.id}`, target: `as-${user.id}` }, say("Be this person")),
      action(open ? say("Close the DMs") : say("Open the DMs"), { "data-dms": open ? "close" : "open" }, async () => {
        await sandbox.patch(`users/${user.id}`, { dms_open: !open });
        await draw();
      })),
    seenAs(user));
}

/** What bots with the presence intent see of a person. */
function seenAs(user) {
  const line = field("status", say("Seen by bots as"), { onchange: (event) => sandbox.patch(`users/${user.id}`, { status: event.target.value }) },
    STATUSES.map(([value, text]) => [value, say(text)]));
  line.querySelector("select").value = user.status;
  return line;
}

/** The card of servers. */
export function guilds({ state, draw }) {
  const owners = state.users.filter((user) => !user.bot).map((user) => [user.id, user.global_name || user.username]);
  const make = owners.length ? form([
    field("name", say("Name of the server"), { required: true, maxlength: 100 }),
    field("owner_id", say("Owner"), {}, owners),
  ], say("Make the server"), async (values) => {
    await sandbox.post("guilds", values);
    await draw();
  }) : h("p.sub", {}, say("A server needs an owner: add a person first."));
  return card("guilds", say("Servers"), say("A new server has one channel, #geral."),
    state.guilds.map((guild) => guildEntry(guild, state, owners, draw)), state.guilds.length ? null : h("p.p-none", {}, say("No server yet.")), make);
}

function guildEntry(guild, state, owners, draw) {
  const apps = state.applications.map((app) => [app.id, app.name]);
  const bots = state.applications.filter((app) => guild.members?.includes(app.id));
  return h("article.p-item", { "data-guild-id": guild.id, "aria-label": guild.name },
    h("div.p-line", {}, h("h3", {}, guild.name), h("span.sub", {}, (guild.channels ?? []).map((channel) => `#${channel.name}`).join(", "))),
    bots.length ? h("div.acts", {}, bots.map((bot) => action(say("Put the bot {name} out", { name: bot.name }), {}, async () => {
      await sandbox.remove(`guilds/${guild.id}/bots/${bot.id}`);
      await draw();
    }))) : null,
    h("details", {}, h("summary", {}, say("Channels, people and bots")),
      form([field("name", say("Name of the channel"), { required: true, maxlength: 100 })], say("Add the channel"), async (values) => {
        await sandbox.post(`guilds/${guild.id}/channels`, values);
        await draw();
      }),
      owners.length ? form([field("user_id", say("Person"), {}, owners)], say("Take the person in"), async (values) => {
        await sandbox.post(`guilds/${guild.id}/members`, values);
        return say("The person is in the server.");
      }) : null,
      apps.length ? form([field("application_id", say("Application"), {}, apps)], say("Invite the bot"), async (values) => {
        await sandbox.post(`guilds/${guild.id}/bots`, values);
        await draw();
      }) : null,
      (guild.channels ?? []).length ? h("div.acts", { role: "group", "aria-label": say("Delete a channel") }, guild.channels.map((channel) =>
        action(say("Delete #{name}", { name: channel.name }), { "data-delete-channel": channel.id }, async () => {
          await sandbox.remove(`channels/${channel.id}`);
          await draw();
        }))) : null));
}
