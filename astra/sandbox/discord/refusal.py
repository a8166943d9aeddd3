"""What Discord answers when it does not do a thing: a status, a code of its own, and for forms a tree of errors."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

MESSAGES = {
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10006: (404, "Unknown Invite"),
    10009: (404, "Unknown permission overwrite"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10014: (404, "Unknown Emoji"),
    10026: (404, "Unknown Ban"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10066: (404, "Unknown application command permissions"),
    30008: (400, "Maximum number of emojis reached (50)"),
    30018: (400, "Maximum number of animated emojis reached (50)"),
    30013: (400, "Maximum number of guild channels reached (500)"),
    30003: (400, "Maximum number of pins reached for the channel (50)"),
    30005: (400, "Maximum number of guild roles reached (250)"),
    30007: (400, "Maximum number of webhooks reached (15)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30034: (400, "Max number of daily application command creates has been reached (200)"),
    40005: (413, "Request entity too large"),
    40007: (403, "The user is banned from this guild."),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50025: (403, "Invalid OAuth2 access token"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50028: (400, "Invalid role"),
    50034: (400, "You can only bulk delete messages that are under 14 days old."),
    50045: (400, "File uploaded exceeds the maximum size"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160002: (403, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
    500000: (400, "Failed to ban users"),
    520001: (400, "Poll expired"),
    520003: (400, "Cannot edit a poll message"),
    520006: (400, "Cannot expire a non-poll message"),
}


class Refusal(Exception):
    """Turned into Discord's error body by whoever serves the request."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        """The JSON of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


def refuse(code: int) -> Refusal:
    """The refusal that Discord numbers `code`. Raises KeyError for a number unknown here."""
    status, message = MESSAGES[code]
    return Refusal(status, code, message)


def unauthorized() -> Refusal:
    """No token, or a dead one."""
    return Refusal(401, 0, "401: Unauthorized")


def not_found() -> Refusal:
    """No such route."""
    return Refusal(404, 0, "404: Not Found")


class Problems:
    """Collects what is wrong with a form, each at its path, and refuses all of it together (50035)."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Notes one error at `path`, for example `("components", 0, "custom_id")`."""
        node = self._tree
        for part in path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def __bool__(self) -> bool:
        return bool(self._tree)

    def raise_if_any(self) -> None:
        """Raises Refusal 50035 with the tree, if there is one."""
        if self._tree:
            raise Refusal(400, 50035, "Invalid Form Body", self._tree)


def bad_field(name: str, code: str, message: str) -> Refusal:
    """50035 for one field."""
    return Refusal(400, 50035, "Invalid Form Body", {name: {"_errors": [{"code": code, "message": message}]}})
