/* Applications: make one, see whether it is connected, give it a new token or client secret, say where OAuth2 leads back, invite it. */

import { sandbox } from "./api.js";
import { intents } from "./dev_intents.js";
import { h } from "./dom.js";
import { action, area, card, copyable, field, form } from "./paper.js";
import { say } from "./speech.js";

/** The card of all applications. */
export function applications({ state, kept, draw }) {
  const owners = state.users.filter((user) => !user.bot).map((user) => [user.id, user.global_name || user.username]);
  const make = form([
    field("name", say("Name of the application"), { required: true, maxlength: 32, placeholder: say("for example Lantern Shop") }),
    owners.length ? field("owner_id", say("Owner"), {}, [["", say("nobody in particular")], ...owners]) : null,
  ], say("Make the application"), async (values) => {
    const body = { name: values.name };
    if (values.owner_id) body.owner_id = values.owner_id;
    kept.made = await sandbox.post("applications", body);
    await draw();
  }, { primary: true });
  return card("applications", say("Applications"), say("A bot is an application. Its token is shown once, when it is made."),
    kept.made && secret(kept, draw), state.applications.map((app) => entry(app, state, kept, draw)),
    state.applications.length ? null : h("p.p-none", {}, say("No application yet.")), make);
}

function secret(kept, draw) {
  const { token, client_secret: client, name } = kept.made;
  const told = token ? say("The token of {name}. It is shown this once: copy it now.", { name }) : say("The client secret of {name}. It is shown this once: copy it now.", { name });
  return h("div.p-once", { role: "group", "aria-label": token ? say("The new token") : say("The new client secret") },
    h("p", {}, h("strong", {}, told)),
    token && copyable(say("Token"), token, { "data-token": "" }),
    client && copyable(say("Client secret"), client, { "data-client-secret": "" }),
    copyable(say("Application id"), kept.made.id),
    kept.made.verify_key && copyable(say("Public key"), kept.made.verify_key),
    h("button.b", { type: "button", onclick: () => { kept.made = null; draw(); } }, say("I have copied it")));
}

function entry(app, state, kept, draw) {
  const online = app.online ?? (state.sessions ?? []).some((session) => (session.application_id ?? session) === app.id);
  const endpoint = app.interactions_endpoint_url;
  const status = online ? say("online") : endpoint ? say("answers by HTTP") : say("offline");
  return h("article.p-item", { "data-application-id": app.id, "aria-label": app.name },
    h("div.p-line", {}, h("h3", {}, app.name), h(`span.st${online || endpoint ? ".ok" : ""}`, {}, status)),
    copyable(say("Application id"), app.id), copyable(say("Public key"), app.verify_key),
    endpoint && h("p.sub", {}, say("Interactions go to {url}", { url: endpoint })),
    signIn(app, kept, draw),
    h("div.acts", {},
      h("a.b", { href: `/oauth2/authorize?client_id=${app.id}&scope=bot+applications.commands` }, say("Invite into a server")),
      action(say("New token"), {}, async () => {
        const answer = await sandbox.post(`applications/${app.id}/token`);
        kept.made = { id: app.id, name: app.name, verify_key: app.verify_key, token: answer.token };
        await draw();
      }),
      action(say("Revoke the token"), {}, async () => {
        await sandbox.remove(`applications/${app.id}/token`);
        return say("Revoked. The bot was disconnected; a new token brings it back.");
      }),
      action(say("Cut its connection"), {}, async () => {
        await sandbox.post("gateway/drop", { application_id: app.id });
        return say("Cut. A well-behaved bot comes back by itself.");
      }),
      action(say("Ask it to reconnect"), { "data-reconnect": "" }, () => told("gateway/reconnect", app)),
      action(say("End its session"), { "data-invalidate": "" }, () => told("gateway/invalidate", app))),
    intents(app));
}

/** Who lets people sign in through the application needs a secret, and a list of addresses that OAuth2 may lead back to. */
function signIn(app, kept, draw) {
  const known = app.redirect_uris ?? [];
  return h("details", { "data-sign-in": "" }, h("summary", {}, say("Sign-in with Discord (OAuth2)")),
    h("p.sub", {}, say("The client id is the application's id. People are led back to exactly these addresses, and to no other.")),
    form([area("redirect_uris", say("Redirect addresses, one a line"), known.join("\n"))], say("Save the addresses"), async ({ redirect_uris: typed }) => {
      const wanted = typed.split("\n").map((line) => line.trim()).filter(Boolean);
      app.redirect_uris = (await sandbox.patch(`applications/${app.id}`, { redirect_uris: wanted })).redirect_uris;
      return say("Saved. {count} addresses.", { count: app.redirect_uris.length });
    }),
    h("div.acts", {}, action(say("New client secret"), { "data-new-client-secret": "" }, async () => {
      const answer = await sandbox.patch(`applications/${app.id}`, { client_secret: true });
      kept.made = { id: app.id, name: app.name, verify_key: app.verify_key, client_secret: answer.client_secret };
      await draw();
    })));
}

/** Something that the gateway says to the bot's connections; how many heard it. */
async function told(path, app) {
  const { told: count } = await sandbox.post(path, { application_id: app.id });
  return count ? say("Told to {count} connections.", { count }) : say("No connection is open, so nobody heard it.");
}
