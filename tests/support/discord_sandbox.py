"""The offline Discord as a real process, and what a test does there: people, servers, bots, presses."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class BotInDiscord:
    """An application with its bot. ``token`` is shown once, as in real life."""

    id: str
    name: str
    token: str
    verify_key: str
    bot_id: str


@dataclass(frozen=True, slots=True)
class GuildInDiscord:
    """A server with its first channel."""

    id: str
    channel_id: str


class DiscordInTest:
    """The developer's and the people's side of the sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=30.0, trust_env=False)

    def user(self, name: str, *, locale: str = "pt-BR") -> str:
        """A new person; returns the id."""
        return str(self._post("/_sandbox/users", {"username": name, "global_name": name.title(), "locale": locale})["id"])

    def change_user(self, user_id: str, **fields: Any) -> None:
        """``dms_open``, ``locale``, ``global_name``, ``email`` or ``verified`` of a person."""
        self._done(self._client.patch(f"/_sandbox/users/{user_id}", json=fields))

    def guild(self, owner_id: str, *members: str, name: str = "Loja") -> GuildInDiscord:
        """A new server with people in it."""
        made = self._post("/_sandbox/guilds", {"name": name, "owner_id": owner_id})
        for member in members:
            self._post(f"/_sandbox/guilds/{made['id']}/members", {"user_id": member})
        return GuildInDiscord(str(made["id"]), str(made["channels"][0]["id"]))

    def join(self, guild: GuildInDiscord, user_id: str) -> None:
        """A person enters a server."""
        self._post(f"/_sandbox/guilds/{guild.id}/members", {"user_id": user_id})

    def bot(self, name: str, *guilds: GuildInDiscord) -> BotInDiscord:
        """A new application whose bot was invited to servers."""
        made = self._post("/_sandbox/applications", {"name": name})
        for guild in guilds:
            self._post(f"/_sandbox/guilds/{guild.id}/bots", {"application_id": made["id"]})
        return BotInDiscord(str(made["id"]), made["name"], made["token"], made["verify_key"], str(made["bot"]["id"]))

    def sign_in_application(self, back: str) -> tuple[str, str]:
        """An application that people sign in through, led back to an address; its id and secret."""
        made = self._post("/_sandbox/applications", {"name": "AstraSystems"})
        self._done(self._client.patch(f"/_sandbox/applications/{made['id']}", json={"redirect_uris": [back]}))
        return str(made["id"]), str(made["client_secret"])

    def answer(self, address: str, user_id: str, word: str = "yes") -> str:
        """A person presses a button of the page of OAuth2; where it leads back to, with the answer in it."""
        shown = self._client.get(address)
        assert shown.status_code == 200, shown.text
        got = self._client.post(address, data={"user_id": user_id, "answer": word})
        assert got.status_code == 302, got.text
        return str(got.headers["Location"])

    def revoke(self, application_id: str) -> None:
        """Makes a bot's token worthless."""
        self._done(self._client.delete(f"/_sandbox/applications/{application_id}/token"))

    def renew(self, application_id: str) -> str:
        """A new token; the old one dies."""
        return str(self._post(f"/_sandbox/applications/{application_id}/token", {})["token"])

    def faults(self, *rules: dict[str, Any]) -> None:
        """Makes it misbehave; without rules it behaves again."""
        self._done(self._client.put("/_sandbox/faults", json={"rules": list(rules)}))

    def clock(self, offset_seconds: float) -> None:
        """Moves its clock: nonces, tokens and timestamps."""
        self._post("/_sandbox/clock", {"offset_seconds": offset_seconds})

    def requests(self, application_id: str, limit: int = 100) -> list[dict[str, Any]]:
        """What a bot asked by REST lately."""
        found: list[dict[str, Any]] = self._done(
            self._client.get("/_sandbox/requests", params={"application_id": application_id, "limit": limit})
        )
        return found

    def delete_channel(self, channel_id: str) -> None:
        """Removes a channel."""
        self._done(self._client.delete(f"/_sandbox/channels/{channel_id}"))

    def messages(self, user_id: str, channel_id: str) -> list[dict[str, Any]]:
        """What a person sees in a channel, oldest first; with what only he sees."""
        found: list[dict[str, Any]] = self._done(self._client.get(f"/_sandbox/as/{user_id}/channels/{channel_id}/messages"))
        return found

    def message(self, user_id: str, channel_id: str, message_id: str) -> dict[str, Any]:
        """One message as a person sees it now."""
        return next(row for row in self.messages(user_id, channel_id) if row["id"] == message_id)

    def direct_messages(self, user_id: str) -> list[dict[str, Any]]:
        """Every direct message a person has, oldest first."""
        channels = self._done(self._client.get(f"/_sandbox/as/{user_id}/channels"))
        found = [message for row in channels if row["type"] == 1 for message in self.messages(user_id, row["id"])]
        return sorted(found, key=lambda message: int(message["id"]))

    def dismiss(self, user_id: str, channel_id: str, message_id: str) -> None:
        """A person closes a message only he sees, or removes one of a direct conversation."""
        self._done(self._client.delete(f"/_sandbox/as/{user_id}/channels/{channel_id}/messages/{message_id}"))

    def press(self, user_id: str, message: dict[str, Any], custom_id: str) -> dict[str, Any]:
        """Presses a button of a message; the answer as the person sees it."""
        return self.act(user_id, kind="button", channel_id=message["channel_id"], message_id=message["id"], custom_id=custom_id)

    def choose(self, user_id: str, message: dict[str, Any], custom_id: str, *values: str) -> dict[str, Any]:
        """Chooses in a menu of a message."""
        return self.act(
            user_id,
            kind="select",
            channel_id=message["channel_id"],
            message_id=message["id"],
            custom_id=custom_id,
            values=list(values),
        )

    def submit(self, user_id: str, modal_id: str, **values: str) -> dict[str, Any]:
        """Sends a form."""
        return self.act(user_id, kind="modal", modal_id=modal_id, values=values)

    def command(self, user_id: str, channel_id: str, name: str) -> dict[str, Any]:
        """Uses a command."""
        return self.act(user_id, kind="command", channel_id=channel_id, name=name)

    def act(self, user_id: str, **what: Any) -> dict[str, Any]:
        """One interaction, as the person API takes it."""
        return self._post(f"/_sandbox/as/{user_id}/interactions", what)

    def file(self, address: str) -> bytes:
        """An attachment's content."""
        answer = self._client.get(address.removeprefix(self.url))
        answer.raise_for_status()
        return answer.content

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._done(self._client.post(path, json=body))
        return found

    def _done(self, answer: httpx.Response) -> Any:
        assert answer.status_code < 400, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def start_discord_sandbox(*options: str) -> tuple[subprocess.Popen[str], str]:
    """Starts the program on a free port; its process and address. The caller ends it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "astra.sandbox.discord.program", "--port", "0", "--quick", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line.startswith("ready "):
        process.kill()
        process.wait()
        raise RuntimeError(f"The Discord sandbox did not start: {line!r}")
    return process, line.removeprefix("ready ")


@pytest.fixture(scope="session")
def discord_sandbox_process() -> Iterator[DiscordInTest]:
    """One process for the whole run; every test makes its own people and servers in it."""
    process, url = start_discord_sandbox()
    try:
        yield DiscordInTest(url)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def discord_sandbox(discord_sandbox_process: DiscordInTest, settings: Any) -> Iterator[DiscordInTest]:
    """The sandbox, well-behaved and with the product pointed at it."""
    from astra.core.integrations.discord.limits import LIMITS

    settings.ASTRA_DISCORD_API = f"{discord_sandbox_process.url}/api/v10"
    LIMITS.forget()
    discord_sandbox_process.faults()
    discord_sandbox_process.clock(0)
    yield discord_sandbox_process
    discord_sandbox_process.faults()
    discord_sandbox_process.clock(0)


@pytest.fixture
def discord_door(discord_sandbox: DiscordInTest, settings: Any) -> DiscordInTest:
    """The sandbox with an application of ours: one may sign in with Discord."""
    settings.ASTRA_DISCORD_SITE = discord_sandbox.url
    back = f"{settings.ASTRA_PUBLIC_URL}/conta/discord/volta/"
    settings.ASTRA_DISCORD_CLIENT_ID, settings.ASTRA_DISCORD_CLIENT_SECRET = discord_sandbox.sign_in_application(back)
    return discord_sandbox
