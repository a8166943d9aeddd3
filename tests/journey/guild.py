"""People in the offline Discord: they see channels, press buttons, fill modals."""

import time
from collections.abc import Callable
from typing import Any

import httpx


class Discord:
    """The developer's side of the sandbox: applications, users, guilds."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=30)

    def make(self, path: str, /, **fields: Any) -> dict[str, Any]:
        """POST /_sandbox/<path>."""
        return self._json(self.client.post(f"/_sandbox/{path}", json=fields))

    def get(self, path: str, **query: Any) -> Any:
        """GET /_sandbox/<path>."""
        return self._json(self.client.get(f"/_sandbox/{path}", params=query))

    def person(self, user_id: str) -> "Person":
        """A person to act as."""
        return Person(self, user_id)

    def is_online(self, application_id: str) -> bool:
        """Whether the application's bot is connected to the gateway."""
        return bool(self.get(f"applications/{application_id}/presence")["online"])

    @staticmethod
    def _json(response: httpx.Response) -> Any:
        assert response.status_code < 300, f"{response.request.method} {response.request.url}: {response.status_code} {response.text[:400]}"
        return response.json() if response.content else None


class Person:
    """One user: sees what that user sees, and nothing else."""

    def __init__(self, discord: Discord, user_id: str) -> None:
        self.discord = discord
        self.id = user_id
        self.answer_ms: list[float] = []

    def messages(self, channel_id: str) -> list[dict[str, Any]]:
        """The messages of a channel, newest last, ephemeral ones to this person included."""
        return list(self.discord.get(f"as/{self.id}/channels/{channel_id}/messages"))

    def direct_messages(self) -> list[dict[str, Any]]:
        """All messages of all DMs of this person."""
        channels = self.discord.get(f"as/{self.id}/channels")
        return [message for channel in channels if channel.get("type") == 1 for message in self.messages(channel["id"])]

    def press(self, message: dict[str, Any], custom_id: str) -> dict[str, Any]:
        """Presses a button."""
        return self._interact(kind="button", channel_id=message["channel_id"], message_id=message["id"], custom_id=custom_id)

    def choose(self, message: dict[str, Any], custom_id: str, *values: str) -> dict[str, Any]:
        """Picks from a menu."""
        return self._interact(
            kind="select", channel_id=message["channel_id"], message_id=message["id"], custom_id=custom_id, values=list(values)
        )

    def fill(self, modal: dict[str, Any], **values: str) -> dict[str, Any]:
        """Sends a modal."""
        return self._interact(kind="modal", modal_id=modal["modal_id"], values=values)

    def command(self, name: str, channel_id: str, guild_id: str) -> dict[str, Any]:
        """Types a slash command."""
        return self._interact(kind="command", name=name, channel_id=channel_id, guild_id=guild_id, options={})

    def now(self, message: dict[str, Any]) -> dict[str, Any]:
        """A message as it is at this moment."""
        return next((one for one in self.messages(message["channel_id"]) if one["id"] == message["id"]), message)

    def wait_for(self, message: dict[str, Any], holds: Callable[[dict[str, Any]], bool], seconds: float = 20) -> dict[str, Any]:
        """Waits until a message changes by itself into what is wanted."""
        return wait(lambda: shown if holds(shown := self.now(message)) else None, seconds, lambda: text_of(self.now(message)))

    def _interact(self, **click: Any) -> dict[str, Any]:
        answer = self.discord.make(f"as/{self.id}/interactions", **click)
        if answer.get("ms") is not None:
            self.answer_ms.append(float(answer["ms"]))
        return dict(answer)


def wait(look: Callable[[], Any], seconds: float, last: Callable[[], Any] = lambda: "") -> Any:
    """Looks again and again until something is there. Raises AssertionError with what was seen last."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s in vain; last seen: {str(last())[:600]}")


def walk(components: Any) -> list[dict[str, Any]]:
    """Every component of a message, nested ones too."""
    found: list[dict[str, Any]] = []
    for component in components or []:
        found.append(component)
        found += walk(component.get("components"))
        for inner in ("accessory", "component"):
            if component.get(inner):
                found += walk([component[inner]])
    return found


def text_of(message: dict[str, Any]) -> str:
    """All words of a message."""
    parts = [message.get("content") or ""]
    parts += [str(one.get("content") or one.get("label") or "") for one in walk(message.get("components"))]
    return "\n".join(part for part in parts if part)


def custom_ids(message: dict[str, Any]) -> list[str]:
    """The custom ids one can act on."""
    return [one["custom_id"] for one in walk(message.get("components")) if one.get("custom_id") and not one.get("disabled")]


def custom_id(message: dict[str, Any], ends_or_starts: str) -> str:
    """The custom id that starts or ends with a word. Raises AssertionError."""
    for one in custom_ids(message):
        if one.startswith(ends_or_starts) or one.endswith(ends_or_starts):
            return one
    raise AssertionError(f"no {ends_or_starts!r} among {custom_ids(message)}: {text_of(message)[:400]}")


def options_of(message: dict[str, Any], select_id: str) -> list[dict[str, Any]]:
    """The options of a menu."""
    return next(one["options"] for one in walk(message.get("components")) if one.get("custom_id") == select_id)
