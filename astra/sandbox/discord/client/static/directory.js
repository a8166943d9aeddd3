/* Who and what there is, for names, menus and selects. */

import { sandbox } from "./api.js";
import { moveClock } from "./speech.js";

export const DIRECT = 1;
const CATEGORY = 4;
const THREADS = [10, 11, 12], FORUMS = [15, 16];

/** Whether a channel hangs on another one. */
export const isThread = (channel) => THREADS.includes(channel?.type);
/** Whether one can read and write in it. */
export const isRoom = (channel) => channel.type !== CATEGORY && !FORUMS.includes(channel.type);

/** What one person knows: users, guilds with roles, channels. */
export class Directory {
  constructor(me) {
    this.me = me;
    this.users = new Map();
    this.guilds = [];
    this.channels = [];
    this.wearers = new Map(); // guild → roles and who wears them
    this.applications = [];
    this.everyGuild = [];
    this.lastEvent = 0; // what was known when all this was read
  }

  /** Reads everything anew. Throws Trouble. */
  async load() {
    const profile = await this.me?.profile();
    this.lastEvent = profile?.last_event ?? 0;
    const [state, guilds, channels] = await Promise.all([sandbox.state(), this.me?.guilds() ?? [], this.me?.channels() ?? []]);
    moveClock(state.clock?.offset_seconds ?? 0);
    for (const user of state.users) this.learn(user);
    this.applications = state.applications;
    for (const app of state.applications) this.learn({ id: app.id, username: app.bot?.username ?? app.name, bot: true, ...app.bot });
    this.everyGuild = state.guilds;
    this.guilds = guilds;
    this.channels = channels;
    this.wearers = new Map(await Promise.all(guilds.map(async (guild) => [guild.id, await this.me.people(guild.id)])));
    this.state = state;
    for (const channel of channels) for (const user of channel.recipients ?? []) this.learn(user);
  }

  /** Notes users that messages and channels bring along. */
  learn(user) {
    if (user?.id) this.users.set(user.id, { ...this.users.get(user.id), ...user });
  }

  /** The people one can be. */
  people() {
    return [...this.users.values()].filter((user) => !user.bot);
  }

  /** The colour of somebody's name in a guild, of his highest role that has one, and that role's name; null without. */
  wears(userId, guildId) {
    const there = this.wearers.get(guildId);
    const mine = there?.members.find((member) => member.user_id === userId)?.roles ?? [];
    const roles = (there?.roles ?? []).filter((role) => mine.includes(role.id)).toSorted((a, b) => b.position - a.position);
    const coloured = roles.find((role) => role.color);
    return roles.length ? { name: roles[0].name, color: coloured ? `#${coloured.color.toString(16).padStart(6, "0")}` : null } : null;
  }

  /** How a user is called. */
  nameOf(user) {
    return user.global_name || user.username;
  }

  user(id) {
    const user = this.users.get(id);
    return user ? this.nameOf(user) : null;
  }

  role(id) {
    return this.everyGuild.flatMap((guild) => guild.roles ?? []).find((role) => role.id === id)?.name ?? null;
  }

  channel(id) {
    const channel = this.channels.find((one) => one.id === id);
    return channel ? this.titleOf(channel) : null;
  }

  /** The channels of a guild in their order, each with its depth: categories and forums hold others, threads hang on theirs. */
  tree(guildId, currentId) {
    const rows = this.channels.filter((channel) => channel.guild_id === guildId);
    const sorted = (list) => list.toSorted((a, b) => (isRoom(b) ? 1 : 0) - (isRoom(a) ? 1 : 0) || (a.position ?? 0) - (b.position ?? 0));
    const shown = (channel) => !channel.thread_metadata?.archived || channel.id === currentId;
    const there = new Set(rows.map((channel) => channel.id));
    const under = (id, depth) => sorted(rows.filter((channel) => (there.has(channel.parent_id) ? channel.parent_id : null) === id && shown(channel)))
      .flatMap((channel) => [{ channel, depth }, ...under(channel.id, depth + 1)]);
    return under(null, 0);
  }

  /** A channel's name, or the other person of a direct one. */
  titleOf(channel) {
    if (channel.type !== DIRECT) return channel.name;
    return (channel.recipients ?? []).filter((user) => user.id !== this.me?.id).map((user) => this.nameOf(user)).join(", ") || "?";
  }

  /** What a user, role, mentionable or channel select of a message in `channel` offers: [{value, label}]. */
  choices(kind, channel) {
    const guild = this.everyGuild.find((one) => one.id === channel?.guild_id);
    const users = [...this.users.values()].filter((user) => !guild?.members || guild.members.includes(user.id));
    const people = users.map((user) => ({ value: user.id, label: `@${this.nameOf(user)}` }));
    const roles = (guild?.roles ?? []).map((role) => ({ value: role.id, label: role.name.startsWith("@") ? role.name : `@${role.name}` }));
    const channels = this.channels.filter((one) => one.guild_id && one.guild_id === channel?.guild_id)
      .map((one) => ({ value: one.id, label: `#${one.name}` }));
    return { 5: people, 6: roles, 7: [...people, ...roles], 8: channels }[kind] ?? [];
  }
}
