/* The invitation: an application asks to come into a server. */

import { sandbox, Trouble } from "./api.js";
import { h, icon, initials } from "./dom.js";
import { field, form, frame, problem } from "./paper.js";
import { permissionNames } from "./permissions.js";
import { say } from "./speech.js";

const page = document.getElementById("page");
const query = new URLSearchParams(location.search);

async function draw() {
  const title = say("Authorize an application");
  let state;
  try {
    state = await sandbox.state();
  } catch (trouble) {
    if (!(trouble instanceof Trouble)) throw trouble;
    page.replaceChildren(...frame(title, problem(trouble.message, h("button.b.p", { type: "button", onclick: draw }, say("Try again")))));
    return;
  }
  const app = state.applications.find((one) => one.id === query.get("client_id"));
  const scopes = (query.get("scope") ?? "").split(/[\s+]+/).filter(Boolean);
  if (!app) page.replaceChildren(...frame(title, problem(say("There is no application with this id. Nothing was changed. Check client_id in the link, or make the application first."), toDevelopers())));
  else if (!scopes.includes("bot")) page.replaceChildren(...frame(title, problem(say("This link does not ask for the scope “bot”, so no bot would come. Nothing was changed."), toDevelopers())));
  else if (!state.guilds.length) page.replaceChildren(...frame(title, problem(say("There is no server yet. Make one first, then open this link again."), toDevelopers())));
  else page.replaceChildren(...frame(title, ask(app, state, scopes)));
}

function ask(app, state, scopes) {
  const permissions = query.get("permissions") ?? "0";
  const names = permissionNames(permissions);
  const wanted = query.get("guild_id");
  const choices = state.guilds.filter((guild) => !wanted || query.get("disable_guild_select") !== "true" || guild.id === wanted);
  const select = field("guild_id", say("Server"), {}, choices.map((guild) => [guild.id, guild.name]));
  if (wanted) select.querySelector("select").value = wanted;
  const send = form([select], say("Authorize"), async (values) => {
    await sandbox.post(`guilds/${values.guild_id}/bots`, { application_id: app.id, permissions });
    const guild = state.guilds.find((one) => one.id === values.guild_id);
    page.replaceChildren(...frame(say("Authorized"), done(app, guild)));
    document.querySelector("h1").focus();
  }, { primary: true });
  return h("section.p-card.p-ask", { "aria-label": app.name },
    h("div.p-who", {}, h("span.m-av.bot", { "aria-hidden": "true" }, initials(app.name)), h("p", {}, h("strong", {}, app.name), " ", say("wants to come into a server of yours."))),
    h("h2", {}, say("It may then")),
    h("ul", {}, names.map((name) => h("li", {}, say(name))), scopes.includes("applications.commands") ? h("li", {}, say("Offer commands after a slash")) : null,
      names.length ? null : h("li", {}, say("Nothing that everyone may not do"))),
    send, h("p.sub", {}, say("Nothing happens until you authorize. You can remove the bot again at any time.")));
}

function done(app, guild) {
  const channel = guild.channels?.[0];
  return h("section.p-card.p-ask", { "data-authorized": guild.id },
    h("div.p-who", {}, icon("check"), h("p", {}, say("{app} is in {guild} now.", { app: app.name, guild: guild.name }))),
    h("div.acts", {}, h("a.b.p", { href: channel ? `/channels/${guild.id}/${channel.id}` : "/" }, say("Open the server")), toDevelopers()),
    h("p.sub", {}, say("You can close this window and go on where you came from.")));
}

function toDevelopers() {
  return h("a.b", { href: "/developers" }, say("Open the developers' page"));
}

draw();
