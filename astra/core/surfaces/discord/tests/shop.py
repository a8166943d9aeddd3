"""A shop in the offline Discord: a bot, a server, a product; and buyers who press what they see.

Presses come as Discord sends them, by signed HTTP. They are answered in the test's own thread, so that everything happens in
the one transaction that the test rolls back.
"""

import contextlib
import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.application import register_commands, set_interactions_endpoint
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.tests.cast import BotInTest
from tests.support.cast import SellerInTest
from tests.support.discord_sandbox import BotInDiscord, DiscordInTest, GuildInDiscord

ANSWER_SECONDS = 20
RELAY_PATH = "/runtime/interactions"


@dataclass
class _Asked:
    path: str
    headers: dict[str, str]
    body: bytes
    answer: "queue.Queue[tuple[int, bytes]]" = field(default_factory=lambda: queue.Queue())


class Door:
    """Listens where Discord brings interactions, and has them answered by whoever waits in the test's thread."""

    def __init__(self) -> None:
        asked: queue.Queue[_Asked] = queue.Queue()
        self._asked = asked
        # A bot's session: presses then come by its relay instead of by Discord's signed HTTP.
        self.relay: BotInTest | None = None
        # What a captured relay makes of a press before it brings it.
        self.twist: Callable[[dict[str, Any]], dict[str, Any]] | None = None
        self.seconds: list[float] = []
        self.replies: list[bytes] = []
        self.tokens: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                one = _Asked(self.path, dict(self.headers.items()), body)
                asked.put(one)
                status, content = one.answer.get(timeout=ANSWER_SECONDS)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()

    def while_answering(self, act: Callable[[], Any]) -> Any:
        """Does something at Discord in another thread, and meanwhile answers here what Discord asks."""
        result: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue()

        def run() -> None:
            try:
                result.put((act(), None))
            except BaseException as error:  # handed to the test's thread
                result.put((None, error))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        until = time.monotonic() + ANSWER_SECONDS
        while thread.is_alive() or not self._asked.empty():
            assert time.monotonic() < until, "Discord was not heard of any more."
            with contextlib.suppress(queue.Empty):
                self._answer(self._asked.get(timeout=0.005))
        found, error = result.get()
        if error is not None:
            raise error
        return found

    def _answer(self, asked: _Asked) -> None:
        self.tokens.append(str(json.loads(asked.body).get("token", "")))
        began = time.perf_counter()
        try:
            path = RELAY_PATH if self.relay else asked.path
            if self.twist:
                asked.body = json.dumps(self.twist(json.loads(asked.body))).encode()
            signed = {name: value for name, value in asked.headers.items() if name.startswith("X-Signature")}
            headers = self.relay.headers("POST", path, asked.body) if self.relay else signed
            response = Client().generic("POST", path, asked.body, content_type="application/json", headers=headers)
            status, content = response.status_code, response.content
        except Exception:
            asked.answer.put((500, b"{}"))
            raise
        self.seconds.append(time.perf_counter() - began)
        self.replies.append(content)
        asked.answer.put((status, content))


@dataclass
class ShopInTest:
    """The shop of one test."""

    seller: SellerInTest
    discord: DiscordInTest
    door: Door
    bot: BotInDiscord
    guild: GuildInDiscord
    instance_id: uuid.UUID
    product_id: uuid.UUID
    buyer_id: str

    def stock(self, variation: int, *secrets: str) -> None:
        """Puts items on sale (or hands them to those who wait)."""
        found = product_facts(self.seller.id, self.product_id).variations[variation]
        import_stock(seller_id=self.seller.id, variation_id=found.id, text="\n".join(secrets), actor=Actor("member", "1"))

    def person(self, name: str, *, locale: str = "pt-BR") -> str:
        """Another person in the server."""
        user_id = self.discord.user(name, locale=locale)
        self.discord.join(self.guild, user_id)
        return user_id

    def post_card(self) -> dict[str, Any]:
        """The product's card in the channel, put there without the stage that publishes."""
        from astra.core.integrations.discord.rest import DiscordRest
        from astra.core.surfaces.discord.screens.card import card
        from astra.core.surfaces.discord.screens.parts import body

        shown = body(card(product_facts(self.seller.id, self.product_id)), ephemeral=False)
        posted: dict[str, Any] = DiscordRest(Secret(self.bot.token)).post(f"/channels/{self.guild.channel_id}/messages", json=shown)
        return posted

    def press(self, message: dict[str, Any], custom_id: str, *, by: str = "") -> dict[str, Any]:
        """A buyer presses a button; what he sees then."""
        found: dict[str, Any] = self.door.while_answering(lambda: self.discord.press(by or self.buyer_id, message, custom_id))
        return found

    def choose(self, message: dict[str, Any], custom_id: str, value: str, *, by: str = "") -> dict[str, Any]:
        """A buyer chooses in a menu."""
        found: dict[str, Any] = self.door.while_answering(lambda: self.discord.choose(by or self.buyer_id, message, custom_id, value))
        return found

    def submit(self, modal_id: str, *, by: str = "", **values: str) -> dict[str, Any]:
        """A buyer sends a form."""
        found: dict[str, Any] = self.door.while_answering(lambda: self.discord.submit(by or self.buyer_id, modal_id, **values))
        return found

    def command(self, name: str, *, by: str = "") -> dict[str, Any]:
        """A buyer uses a command."""
        found: dict[str, Any] = self.door.while_answering(lambda: self.discord.command(by or self.buyer_id, self.guild.channel_id, name))
        return found

    def now(self, message: dict[str, Any], *, by: str = "") -> dict[str, Any]:
        """A message as the buyer sees it now."""
        return self.discord.message(by or self.buyer_id, message["channel_id"], message["id"])

    def buy(self, *, by: str = "") -> tuple[dict[str, Any], uuid.UUID]:
        """Presses Buy on a card: the cart, and the order's id."""
        found = self.press(self.post_card(), f"buy:{self.product_id}", by=by)
        assert found["outcome"] == "message", found
        return found["message"], order_in(found["message"])


def words_of(message: dict[str, Any]) -> str:
    """Everything a person reads in a message."""
    return "\n".join(_words(message.get("components") or [])) + (message.get("content") or "")


def buttons_of(message: dict[str, Any]) -> list[str]:
    """The custom_ids of a message that can be pressed."""
    return [part["custom_id"] for part in _parts(message.get("components") or []) if part.get("custom_id") and not part.get("disabled")]


def order_in(message: dict[str, Any]) -> uuid.UUID:
    """The order that a message's buttons speak of."""
    return next(uuid.UUID(one.split(":")[1]) for one in buttons_of(message) if one.split(":")[0] in ("cart", "order", "see"))


def _parts(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield part
        yield from _parts(part.get("components") or [])
        if part.get("accessory"):
            yield part["accessory"]


def _words(parts: list[dict[str, Any]]) -> Iterator[str]:
    for part in _parts(parts):
        for key in ("content", "label"):
            if part.get(key):
                yield part[key]


@pytest.fixture
def door(settings: Any) -> Iterator[Door]:
    """Where Discord brings interactions in this test."""
    settings.ROOT_URLCONF = "astra.core.surfaces.discord.tests.addresses"
    made = Door()
    yield made
    made.close()


@pytest.fixture
def shop(seller: SellerInTest, discord_sandbox: DiscordInTest, door: Door) -> ShopInTest:
    """Lara's shop: engine none, one product with two variations, five keys of the first one."""
    owner, buyer_id = discord_sandbox.user("lara"), discord_sandbox.user("bento")
    guild = discord_sandbox.guild(owner, buyer_id)
    bot = discord_sandbox.bot("Loja da Lara", guild)
    actor = Actor("member", str(seller.user_id))
    token = Secret(bot.token)
    instance_id = create_instance(seller_id=seller.id, name="Loja", token=token, engine="none", actor=actor)
    address = f"{door.url}/discord/interactions/{bot.id}"
    door.while_answering(lambda: set_interactions_endpoint(token, address))
    register_commands(token, bot.id)
    product_id = create_product(
        seller_id=seller.id,
        name="Sertão 2084",
        description="Chave para PC.",
        no_stock="refuse",
        variations=[NewVariation("Padrão", 3990), NewVariation("Deluxe", 6490)],
        actor=actor,
    )
    made = ShopInTest(seller, discord_sandbox, door, bot, guild, instance_id, product_id, buyer_id)
    made.stock(0, *[f"PADRAO-{at:04}" for at in range(5)])
    door.seconds.clear()
    return made
