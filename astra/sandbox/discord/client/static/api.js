/* The sandbox's JSON: the developer API and what one person can see and do. */

import { say } from "./speech.js";

/** Something did not work; the message is for the person who reads the page. */
export class Trouble extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

/** One call. Returns the JSON (null for 204). Throws Trouble. */
export async function call(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body instanceof FormData) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let answer, text;
  try {
    answer = await fetch(path, options);
    text = await answer.text();
  } catch {
    throw new Trouble(0, say("The sandbox does not answer. Nothing was lost. Check that it is still running."));
  }
  let json = null;
  try {
    json = text ? JSON.parse(text) : null;
  } catch {
    throw new Trouble(answer.status, say("The sandbox answered something that is no JSON ({status}).", { status: answer.status }));
  }
  if (!answer.ok) throw new Trouble(answer.status, reason(json, answer.status));
  return json;
}

function reason(body, status) {
  const parts = [];
  const walk = (node) => {
    if (!node || typeof node !== "object") return;
    for (const error of node._errors ?? []) parts.push(say(error.message));
    for (const [key, value] of Object.entries(node)) if (key !== "_errors") walk(value);
  };
  walk(body?.errors);
  const message = body?.error ?? body?.message;
  const said = typeof message === "string" ? message : say("It was refused ({status}).", { status });
  return (parts.length ? parts : [say(said)]).join(" ");
}

/** The developer API. */
export const sandbox = {
  state: () => call("GET", "/_sandbox/state"),
  get: (path) => call("GET", `/_sandbox/${path}`),
  post: (path, body = {}) => call("POST", `/_sandbox/${path}`, body),
  put: (path, body) => call("PUT", `/_sandbox/${path}`, body),
  patch: (path, body) => call("PATCH", `/_sandbox/${path}`, body),
  remove: (path) => call("DELETE", `/_sandbox/${path}`),
};

/** The person API for one user. */
export function person(userId) {
  const root = `/_sandbox/as/${encodeURIComponent(userId)}`;
  return {
    id: userId,
    profile: () => call("GET", root),
    guilds: () => call("GET", `${root}/guilds`),
    channels: () => call("GET", `${root}/channels`),
    messages: (channelId, limit, before = "") => call("GET", `${root}/channels/${channelId}/posts?limit=${limit}&before=${before}`),
    pinned: (channelId) => call("GET", `${root}/channels/${channelId}/posts?pinned=1`),
    commands: (channelId, types = "1") => call("GET", `${root}/channels/${channelId}/commands?types=${types}`),
    rewrite: (channelId, messageId, content) => call("PATCH", `${root}/channels/${channelId}/messages/${messageId}`, { content }),
    dismiss: (channelId, messageId) => call("DELETE", `${root}/channels/${channelId}/messages/${messageId}`),
    write: (channelId, content) => call("POST", `${root}/channels/${channelId}/messages`, { content }),
    post: (channelId, payload, files) => {
      const form = new FormData();
      form.append("payload_json", JSON.stringify(payload));
      files.forEach((file, index) => form.append(`files[${index}]`, file, file.name));
      return call("POST", `${root}/channels/${channelId}/posts`, form);
    },
    type: (channelId) => call("POST", `${root}/channels/${channelId}/typing`),
    people: (guildId) => call("GET", `${root}/guilds/${guildId}/people`),
    react: (channelId, messageId, name, on) =>
      call(on ? "PUT" : "DELETE", `${root}/channels/${channelId}/messages/${messageId}/reactions/${encodeURIComponent(name)}`),
    vote: (channelId, messageId, answers) => call("PUT", `${root}/channels/${channelId}/messages/${messageId}/votes`, { answers }),
    interact: (what) => call("POST", `${root}/interactions`, what),
    events: (after, waitSeconds) => call("GET", `${root}/events?after=${after}&wait=${waitSeconds}`),
  };
}
