"""A `discord` fixture for anybody's tests, there wherever the package is installed beside pytest.

The sandbox runs as a process of its own, once for the run, and is empty again before each test. Nothing of Django is needed.
The verbs here wait for their answer; in an async test with the bot in the same loop, call them by `asyncio.to_thread`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[3]


class DiscordSaidNo(AssertionError):
    """The sandbox refused what a test asked for; `status` and `answer` say why."""

    def __init__(self, asked: str, status: int, answer: str) -> None:
        super().__init__(f"{asked}: {status} {answer}")
        self.status = status
        self.answer = answer


@dataclass(frozen=True)
class Application:
    """An application with its bot."""

    id: str
    name: str
    token: str
    verify_key: str


@dataclass(frozen=True)
class Guild:
    """A server with its first text channel."""

    id: str
    name: str
    channel_id: str


class Discord:
    """One offline Discord: its addresses, and what developers and people do there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    @property
    def api_url(self) -> str:
        """The base for libraries that want it without a version (discord.js: `rest.api`)."""
        return self.url + "/api"

    @property
    def rest_url(self) -> str:
        """The base with the version (discord.py: `Route.BASE`, hikari: `rest_url`)."""
        return self.url + "/api/v10"

    @property
    def gateway_url(self) -> str:
        """The websocket, as GET /gateway/bot names it."""
        return self.url.replace("http", "ws", 1) + "/gateway"

    # ---------------------------------------------------------------- what a developer arranges

    def user(self, name: str = "bia", *, locale: str = "en-US", **fields: Any) -> str:
        """A new person; the id. `dms_open=False` closes his direct messages."""
        made = str(self.ask("POST", "/_sandbox/users", {"username": name, "locale": locale})["id"])
        if fields:
            self.ask("PATCH", f"/_sandbox/users/{made}", fields)
        return made

    def guild(self, owner_id: str | None = None, *members: str, name: str = "Shop") -> Guild:
        """A new server with people in it; without an owner one is made."""
        made = self.ask("POST", "/_sandbox/guilds", {"name": name, "owner_id": owner_id or self.user("owner")})
        for member in members:
            self.ask("POST", f"/_sandbox/guilds/{made['id']}/members", {"user_id": member})
        return Guild(made["id"], name, made["channels"][0]["id"])

    def application(self, name: str = "Bot", *guilds: Guild, privileged_intents: int = 0, permissions: int | None = None) -> Application:
        """A new application whose bot was invited to `guilds`. `permissions`: bits of its role there."""
        made = self.ask("POST", "/_sandbox/applications", {"name": name, "privileged_intents": privileged_intents})
        invite: Json = {"application_id": made["id"]}
        if permissions is not None:
            invite["permissions"] = permissions
        for guild in guilds:
            self.ask("POST", f"/_sandbox/guilds/{guild.id}/bots", invite)
        return Application(made["id"], made["name"], made["token"], made["verify_key"])

    def online(self, application: Application, seconds: float = 15.0) -> None:
        """Returns once the bot is connected. Raises TimeoutError."""
        self.until(lambda: self.ask("GET", f"/_sandbox/applications/{application.id}/presence")["online"], seconds)

    def requests(self, application: Application, limit: int = 1000) -> list[Json]:
        """What the bot asked by REST, oldest first: at, method, path, status, code, ms."""
        query = urlencode({"application_id": application.id, "limit": limit})
        found: list[Json] = self.ask("GET", f"/_sandbox/requests?{query}")
        return found

    def faults(self, *rules: Json, seed: int = 0) -> None:
        """Makes it misbehave (`{"match": "POST /messages$", "kind": "rate_limit", "times": 1}`); without rules it behaves again.

        `seed` decides which requests a rule with a `chance` strikes.
        """
        self.ask("PUT", "/_sandbox/faults", {"rules": list(rules), "seed": seed})

    def clock(self, offset_seconds: float) -> None:
        """Sets its clock so many seconds before (or behind) real time."""
        self.ask("POST", "/_sandbox/clock", {"offset_seconds": offset_seconds})

    def drop(self, application: Application, code: int | None = None) -> int:
        """Closes the bot's sockets with `code`, or cuts them without a word; how many there were."""
        body = {"application_id": application.id, **({} if code is None else {"code": code})}
        return int(self.ask("POST", "/_sandbox/gateway/drop", body)["dropped"])

    def gateway(self, **numbers: Any) -> Json:
        """Sets numbers of the gateway, for example `heartbeat_ms`; all of them as they are now."""
        found: Json = self.ask("PUT", "/_sandbox/gateway", numbers)
        return found

    def reset(self) -> None:
        """Empties it: people, servers, applications, rules, clock. Bots still connected are cut with 4004."""
        self.ask("POST", "/_sandbox/reset", {})

    # ---------------------------------------------------------------- what people see and do

    def messages(self, user_id: str, channel_id: str) -> list[Json]:
        """What a person sees in a channel, oldest first, with what only he sees."""
        found: list[Json] = self.ask("GET", f"/_sandbox/as/{user_id}/channels/{channel_id}/messages")
        return found

    def channels(self, user_id: str) -> list[Json]:
        """The channels that a person sees; direct ones have type 1."""
        found: list[Json] = self.ask("GET", f"/_sandbox/as/{user_id}/channels")
        return found

    def direct_messages(self, user_id: str) -> list[Json]:
        """Every direct message of a person, oldest first."""
        found = [message for row in self.channels(user_id) if row["type"] == 1 for message in self.messages(user_id, row["id"])]
        return sorted(found, key=lambda message: int(message["id"]))

    def say(self, user_id: str, channel_id: str, content: str) -> Json:
        """A person writes."""
        found: Json = self.ask("POST", f"/_sandbox/as/{user_id}/channels/{channel_id}/messages", {"content": content})
        return found

    def click(self, user_id: str, message: Json, custom_id: str) -> Json:
        """Presses a button; what became of it (`outcome`, `message`, `modal`, `error`)."""
        return self.act(user_id, kind="button", channel_id=message["channel_id"], message_id=message["id"], custom_id=custom_id)

    def choose(self, user_id: str, message: Json, custom_id: str, *values: str) -> Json:
        """Chooses in a select of a message."""
        where = {"channel_id": message["channel_id"], "message_id": message["id"]}
        return self.act(user_id, kind="select", **where, custom_id=custom_id, values=list(values))

    def vote(self, user_id: str, message: Json, *answers: int) -> Json:
        """Votes in a poll for these answers and no others; the message as he sees it then."""
        path = f"/_sandbox/as/{user_id}/channels/{message['channel_id']}/messages/{message['id']}/votes"
        found: Json = self.ask("PUT", path, {"answers": list(answers)})
        return found

    def command(self, user_id: str, channel_id: str, name: str, **options: Any) -> Json:
        """Uses a slash command; subcommands are words of the name."""
        return self.act(user_id, kind="command", channel_id=channel_id, name=name, options=options)

    def submit(self, user_id: str, modal: Json, **values: Any) -> Json:
        """Fills in and sends a modal (the `modal` of a click's answer). Files are what `upload` returns, in a list."""
        return self.act(user_id, kind="modal", modal_id=modal["modal_id"], values=values)

    def act(self, user_id: str, **what: Any) -> Json:
        """One interaction, as POST /_sandbox/as/{user}/interactions takes it."""
        found: Json = self.ask("POST", f"/_sandbox/as/{user_id}/interactions", what)
        return found

    @staticmethod
    def upload(filename: str, data: bytes, content_type: str = "application/octet-stream") -> Json:
        """A file for an upload field of a modal."""
        return {"filename": filename, "content_type": content_type, "data": base64.b64encode(data).decode()}

    def file(self, address: str) -> bytes:
        """The content of an attachment, by its address."""
        with self._opener.open(address if "://" in address else self.url + address, timeout=30) as answer:
            return bytes(answer.read())

    # ---------------------------------------------------------------- for both

    def until(self, condition: Callable[[], Any], seconds: float = 10.0) -> Any:
        """The first true value of `condition`. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while True:
            if found := condition():
                return found
            if time.monotonic() > end:
                raise TimeoutError(f"This did not come true within {seconds:g} seconds.")
            time.sleep(0.03)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request of the developer's or a person's API; its JSON. Raises DiscordSaidNo."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={"Content-Type": "application/json"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=60) as answer:
                raw = answer.read()
        except urllib.error.HTTPError as problem:
            with problem:
                raise DiscordSaidNo(f"{method} {path}", problem.code, problem.read().decode(errors="replace")) from None
        return json.loads(raw) if raw else None


def start(*options: str) -> tuple[subprocess.Popen[str], str]:
    """Starts the sandbox on a free port; its process and address. Whoever calls ends it. Raises RuntimeError."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    process = subprocess.Popen(
        [sys.executable, "-m", "astra.sandbox.discord.program", "--port", "0", *options],
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline().strip() if process.stdout is not None else ""
    if not line.startswith("ready "):
        stop(process)
        raise RuntimeError(f"The offline Discord did not start; its own words are above. It printed {line!r}.")
    return process, line.removeprefix("ready ")


def stop(process: subprocess.Popen[str]) -> None:
    """Ends what `start` began."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        with contextlib.suppress(OSError):
            process.stdout.close()


@pytest.fixture(scope="session")
def discord_options() -> list[str]:
    """Options of the program. Tests that shall not wait for Discord's pauses override this and return `["--quick"]`."""
    return []


@pytest.fixture(scope="session")
def discord_process(discord_options: list[str]) -> Iterator[Discord]:
    """One process for the run."""
    process, url = start(*discord_options)
    yield Discord(url)
    stop(process)


@pytest.fixture
def discord(discord_process: Discord) -> Discord:
    """An offline Discord, empty at the beginning of each test."""
    discord_process.reset()
    return discord_process
