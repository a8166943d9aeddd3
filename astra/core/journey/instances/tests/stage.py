"""A small world for live tests: own database, offline Discord, a core that answers over HTTP, a supervisor, real bot processes."""

import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.wsgi import get_wsgi_application
from django.db import connections

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.local import LocalEngine
from astra.core.integrations.engines.local_record import CopyRecord, RecordShelf, birth_mark
from astra.core.journey.instances.actions.check_session import SessionFailure, check_session
from astra.core.journey.instances.actions.connect_endpoint import connect_endpoint
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import instance_of_application
from astra.core.journey.instances.supervisor.program import Supervisor
from astra.core.journey.instances.tests.cast import row
from tests.support.cast import SellerInTest, make_seller
from tests.support.discord_sandbox import BotInDiscord, DiscordInTest, GuildInDiscord

MEMBER = Actor("member", "1")
REPLY: dict[str, Any] = {"type": 4, "data": {"content": "Olá do núcleo — ✓", "flags": 64}}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@dataclass
class CoreInTest:
    """The core over HTTP: Django's own views, and a scripted end of the relay, so that it can be slow or broken."""

    seconds: float = 0.0
    status: int = 200
    relayed: list[dict[str, Any]] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0
    _server: WSGIServer | None = None
    verifies: bool = True
    scripted: bool = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self._answer, server_class=_Server, handler_class=_Silent)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        try:
            path = environ["PATH_INFO"]
            if not self.scripted:
                return list(get_wsgi_application()(environ, start))
            if path.startswith("/runtime/interactions"):
                return self._relay(environ, start)
            if path.startswith("/discord/interactions/"):
                return self._http(environ, start)
            return list(get_wsgi_application()(environ, start))
        finally:
            connections.close_all()

    def _relay(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        raw = _body(environ)
        headers = {name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")}
        try:
            check_session(headers, "POST", environ["PATH_INFO"], raw)
        except SessionFailure as failure:
            return _json(start, failure.status, failure.answer())
        if environ["PATH_INFO"].endswith("/closure"):
            self.closed.append((environ["PATH_INFO"].split("/")[3], json.loads(raw)["reason"]))
            return _json(start, 200, {})
        self.relayed.append(json.loads(raw))
        time.sleep(self.seconds)
        return _json(start, self.status, REPLY)

    def _http(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        raw, facts = _body(environ), instance_of_application(environ["PATH_INFO"].rsplit("/", 1)[1])
        if facts is None or not self.verifies:
            return _json(start, 404, {})
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(facts.verify_key)).verify(
                bytes.fromhex(environ.get("HTTP_X_SIGNATURE_ED25519", "")), environ.get("HTTP_X_SIGNATURE_TIMESTAMP", "").encode() + raw
            )
        except (InvalidSignature, ValueError):
            return _json(start, 401, {})
        return _json(start, 200, {"type": 1} if json.loads(raw)["type"] == 1 else REPLY)


def _body(environ: dict[str, Any]) -> bytes:
    return bytes(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))


def _json(start: Callable[..., Any], status: int, body: Any) -> list[bytes]:
    start(f"{status} x", [("Content-Type", "application/json")])
    return [json.dumps(body, ensure_ascii=False).encode()]


@dataclass
class Stage:
    """Everything a live test touches."""

    discord: DiscordInTest
    core: CoreInTest
    seller: SellerInTest
    home: Any
    guild: GuildInDiscord
    owner: str
    supervisor: Supervisor = field(default_factory=Supervisor)

    def connect(self, kind: str = "local") -> tuple[uuid.UUID, BotInDiscord]:
        """A connected bot in the server; Discord knows where its clicks go."""
        bot = self.discord.bot("loja", self.guild)
        instance_id = create_instance(seller_id=self.seller.id, name="Loja da Lara", token=Secret(bot.token), engine=kind, actor=MEMBER)
        connect_endpoint(seller_id=self.seller.id, instance_id=instance_id)
        return instance_id, bot

    def row(self, instance_id: uuid.UUID) -> Instance:
        return row(self.seller.id, instance_id)

    def state(self, instance_id: uuid.UUID) -> str:
        return self.row(instance_id).seen_state

    def until(self, true: Callable[[], object], *, ticks: bool = True, seconds: float = 30) -> None:
        """Lets the supervisor work until something is so."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, "it did not happen in time: " + self.logs()
            if ticks:
                self.supervisor.tick()
            time.sleep(0.05)

    def until_online(self, instance_id: uuid.UUID) -> None:
        self.until(lambda: self.state(instance_id) == "online")

    def record(self, instance_id: uuid.UUID) -> CopyRecord:
        found = RecordShelf(self.home / "bots").read(instance_id)
        assert found is not None
        return found

    def presence(self, bot: BotInDiscord) -> dict[str, Any]:
        found: dict[str, Any] = self.discord._done(self.discord._client.get(f"/_sandbox/applications/{bot.id}/presence"))
        return found

    def use_command(self) -> dict[str, Any]:
        """The owner uses the bot's command; what he sees, and in how many milliseconds."""
        return self.discord.command(self.owner, self.guild.channel_id, "compras")

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted((self.home / "bots").glob("*.log")))


@pytest.fixture
def stage(own_database: str, discord_sandbox: DiscordInTest, settings: Any, tmp_path: Any, monkeypatch: Any) -> Iterator[Stage]:
    """The world, and its end: no process is left behind."""
    core = CoreInTest()
    core.open()
    (tmp_path / "keys").symlink_to(Path(settings.ASTRA_HOME) / "keys")  # the passwords and keys of the tests' installation
    settings.ASTRA_HOME = str(tmp_path)
    settings.ASTRA_CORE_URL = settings.ASTRA_PUBLIC_URL = core.url
    settings.ASTRA_DISCORD_GATEWAY = discord_sandbox.url.replace("http", "ws") + "/gateway"
    local = engine("local")
    assert isinstance(local, LocalEngine)
    monkeypatch.setattr(local, "_program", ("-m", "astra.bot.program", "--beat-seconds", "0.5"))
    owner = discord_sandbox.user(f"lara{uuid.uuid4().hex[:8]}")
    made = Stage(discord_sandbox, core, make_seller(f"{uuid.uuid4().hex}@x.example", "Loja"), tmp_path, discord_sandbox.guild(owner), owner)
    try:
        yield made
    finally:
        _end_all(tmp_path)
        core.close()


def _end_all(home: Any) -> None:
    shelf = RecordShelf(home / "bots")
    for instance_id in shelf.all():
        record = shelf.read(instance_id)
        if record and birth_mark(record.pid) == record.born:
            os.kill(record.pid, signal.SIGKILL)
