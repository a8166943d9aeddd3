"""The town of the red team: a real core, Discord and bank, a shop with paid goods that nobody opened, a neighbour, a bot that was taken over."""

import contextlib
import json
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.application import register_commands, set_interactions_endpoint
from astra.core.integrations.engines.docker import DockerEngine
from astra.core.integrations.engines.docker_spec import PYTHON
from astra.core.integrations.engines.port import StartOrder
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.actions.open_session import ticket_hash
from astra.core.journey.instances.tests.cast import CANARY, change, make_instance, make_ticket, open_bot, row
from astra.core.journey.instances.tests.stage import CoreInTest
from astra.core.surfaces.discord.tests.shop import Door, ShopInTest, _Asked
from astra.core.surfaces.discord.tests.till import Till
from tests.contracts.engines.docker import DockerInTest
from tests.guarantees.blind import reach, talk
from tests.guarantees.blind.loader import LOADER
from tests.support.cast import SellerInTest, make_seller
from tests.support.docker_daemon import MISSING
from tests.support.queue import QueueInTest

ROOT = Path(__file__).resolve().parents[3]
LISTENS = "import socket, sys\nsys.stdin.readline()\nline = socket.create_server(('0.0.0.0', 7777))\nprint('listens', flush=True)\nwhile True: line.accept()"
SECONDS = 240


@dataclass
class Attempt:
    """One thing that was tried from inside."""

    group: str
    name: str
    won: bool
    why: str
    seconds: float


class WireTapped(Door):
    """The door of a bot that was taken over: while ``is_captured``, real presses are kept and answered without the core."""

    def __init__(self) -> None:
        super().__init__()
        self.is_captured = False
        self.kept: list[dict[str, Any]] = []

    def _answer(self, asked: _Asked) -> None:
        if not self.is_captured:
            super()._answer(asked)
            return
        self.kept.append(json.loads(asked.body))
        asked.answer.put((200, b'{"type": 5, "data": {"flags": 64}}'))


@dataclass
class Town:
    """Everybody and everything the intruder may want."""

    docker: DockerInTest
    core: CoreInTest
    shop: ShopInTest
    till: Till
    door: WireTapped
    other: SellerInTest
    told: dict[str, Any] = field(default_factory=dict)

    def capture(self, was: str, press: Callable[[], Any], user: str) -> dict[str, Any]:
        """A real press of a person, as the bot's new master keeps it."""
        self.door.is_captured = True
        press()
        self.door.is_captured = False
        payload = self.door.kept[-1]
        return {"was": was, "id": payload["id"], "token": payload["token"], "user": user}

    def take_over(self, *groups: str) -> list[Attempt]:
        """The intruder in the shop's own container; meanwhile the core's jobs are worked on. Returns what he tried."""

        def work() -> None:
            with contextlib.suppress(Failure):  # a job that Discord refuses is tried again by the worker, here by the next round
                self.till.queue.run()

        shop = self.shop
        told = {**self.told, "ticket": make_ticket(shop.seller.id, shop.instance_id), "groups": list(groups)}
        tried = intrude(shop.instance_id, row(shop.seller.id, shop.instance_id).generation, told, reach, talk, work=work)
        work()  # what he asked for last
        return tried


def intrude(
    instance_id: uuid.UUID, generation: int, told: dict[str, Any], *modules: Any, work: Callable[[], None] = lambda: None
) -> list[Attempt]:
    """Runs modules in a container of the real specification, started by the real engine; only the program is another."""
    runner = DockerEngine((PYTHON, "-c", LOADER))
    told = {**told, "sources": [source(module) for module in modules]}
    runner.start(StartOrder(instance_id, generation, Secret(json.dumps(told)), told["core"]))
    until = time.monotonic() + SECONDS
    while runner.look(instance_id).state == "running" and time.monotonic() < until:
        work()
        time.sleep(0.1)
    lines = runner.log_tail(instance_id, 2000)
    runner.forget(instance_id)
    assert lines, "it said nothing"
    assert lines[-1] == "tried everything", "\n".join(lines[-15:])
    return [Attempt(**json.loads(line[6:])) for line in lines if line.startswith("tried {")]


def neighbour(docker: DockerInTest, core_url: str) -> list[tuple[str, int]]:
    """Another bot's container that listens; its addresses."""
    instance_id, runner = uuid.uuid4(), DockerEngine((PYTHON, "-c", LISTENS))
    runner.start(StartOrder(instance_id, 1, Secret("t"), core_url))
    until = time.monotonic() + 30
    while "listens" not in runner.log_tail(instance_id) and time.monotonic() < until:
        time.sleep(0.05)
    networks = docker.client.inspect_container(docker.container(instance_id))["NetworkSettings"]["Networks"]
    return [(one["IPAddress"], 7777) for one in networks.values()]


def source(module: Any) -> str:
    """The text of a module that runs inside."""
    return Path(module.__file__).read_text(encoding="utf-8")


@contextlib.contextmanager
def egress(folder: Path, core: str, discord: str) -> Iterator[str]:
    """The proxy as deploy/egress ships it, with this town's addresses in the place of the real ones. Yields ``host:port``."""
    program = shutil.which("tinyproxy")
    if program is None:
        pytest.skip(f"{MISSING}: the proxy of the containers is not installed (apt-get install tinyproxy-bin). Nothing was proven.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    allow = (ROOT / "deploy/egress/allow.txt").read_text().replace("http://web:8000", core.replace(".", r"\."))
    (folder / "allow.txt").write_text(allow + f"^{discord.replace('.', chr(92) + '.')}/api/v10/\n")
    text = (ROOT / "deploy/egress/tinyproxy.conf").read_text()
    text = text.replace("Port 3128", f"Port {port}").replace("/etc/tinyproxy/allow.txt", str(folder / "allow.txt"))
    (folder / "tinyproxy.conf").write_text(text)
    for path in (folder, *folder.parents):  # its user is nobody
        if path.owner() == "root" and path != Path("/") and not path.stat().st_mode & 0o005:
            path.chmod(path.stat().st_mode | 0o011)
    process = subprocess.Popen([program, "-d", "-c", str(folder / "tinyproxy.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        assert process.poll() is None, "tinyproxy did not start"
        yield f"host:{port}"
    finally:
        process.terminate()
        process.wait(10)


@contextlib.contextmanager
def town(docker: DockerInTest, discord: Any, provider: Any, folder: Path) -> Iterator[Town]:
    """Builds it, and takes it down."""
    core, door = CoreInTest(scripted=False), WireTapped()
    core.open()
    docker.settings.ASTRA_CORE_URL = core.url
    with egress(folder, core.url, discord.url) as way_out, contextlib.ExitStack() as stack:
        stack.callback(core.close)
        stack.callback(door.close)
        docker.settings.ASTRA_DOCKER_EGRESS = way_out
        seller, other = make_seller(f"{uuid.uuid4().hex}@x.example", "Loja"), make_seller(f"{uuid.uuid4().hex}@x.example", "Outra")
        shop = _shop(seller, discord, door)
        made = Town(docker, core, shop, Till(shop, provider, QueueInTest()), door, other)
        made.told = _told(made, discord, provider, way_out)
        yield made


def _shop(seller: SellerInTest, discord: Any, door: Door) -> ShopInTest:
    owner, buyer_id = discord.user(f"lara{uuid.uuid4().hex[:6]}"), discord.user(f"bento{uuid.uuid4().hex[:6]}")
    guild = discord.guild(owner, buyer_id)
    bot = discord.bot("Loja", guild)
    actor = Actor("member", str(seller.user_id))
    instance_id = create_instance(seller_id=seller.id, name="Loja", token=Secret(bot.token), engine="none", actor=actor)
    door.while_answering(lambda: set_interactions_endpoint(Secret(bot.token), f"{door.url}/discord/interactions/{bot.id}"))
    register_commands(Secret(bot.token), bot.id)
    variations = [NewVariation("Padrão", 3990), NewVariation("Deluxe", 6490)]
    product_id = create_product(
        seller_id=seller.id, name="Sertão 2084", description="", no_stock="refuse", variations=variations, actor=actor
    )
    shop = ShopInTest(seller, discord, door, bot, guild, instance_id, product_id, buyer_id)
    shop.stock(0, *[f"STOCK-CANARY-{at:04}" for at in range(5)])
    return shop


def _told(made: Town, discord: Any, provider: Any, way_out: str) -> dict[str, Any]:
    """What the intruder knows: more than anybody could."""
    shop, till, seller_id, other_id = made.shop, made.till, made.shop.seller.id, made.other.id
    till.queue.forget()
    bia = shop.person(f"bia{uuid.uuid4().hex[:6]}")
    message, order_id = till.order()
    refresh = made.capture("refresh", lambda: shop.press(message, f"order:{order_id}:refresh"), shop.buyer_id)
    till.pay(order_id)
    _, second = till.order(by=bia)
    till.pay(second)
    till.queue.run()
    card = shop.post_card()
    details = made.capture("details", lambda: shop.press(card, f"details:{shop.product_id}"), shop.buyer_id)
    hers = made.capture("details", lambda: shop.press(card, f"details:{shop.product_id}", by=bia), bia)
    theirs = open_bot(other_id, make_instance(other_id, seen_state="starting"))
    old = open_bot(seller_id, shop.instance_id)
    expired, earlier = make_ticket(seller_id, shop.instance_id, seconds=-5), make_ticket(seller_id, shop.instance_id)
    change(seller_id, shop.instance_id, generation=row(seller_id, shop.instance_id).generation + 1, wanted_state="running")
    return {
        "core": made.core.url, "discord": discord.url + "/api/v10", "bank": provider.url, "proxy": f"http://egress:{way_out.split(':')[1]}",
        "application": shop.bot.id, "bot_token": shop.bot.token, "channel": shop.guild.channel_id, "guild": shop.guild.id,
        "machine": socket.gethostbyname(socket.gethostname()),
        "ports": {
            "database": int(connection.settings_dict["PORT"]), "core": made.core.port,
            "discord": int(discord.url.rsplit(":", 1)[1]), "bank": int(provider.url.rsplit(":", 1)[1]),
        },
        "neighbours": neighbour(made.docker, made.core.url),
        "guesses": ["", "postgres", "password", "astra", "astra_app"],
        "canaries": ["STOCK-CANARY", CANARY, "key_for_tests", "BEGIN PRIVATE KEY"],
        "sessions": {
            "another seller's bot": str(theirs.opened.session_id), "an older copy of itself": str(old.opened.session_id),
            "nobody": str(uuid.uuid4()), "an instance's id": str(theirs.opened.instance_id), "a seller's id": str(other_id), "a word": "session",
        },
        "instances": [str(theirs.opened.instance_id)],
        "foreign": {
            "seller_id": str(other_id), "instance_id": str(theirs.opened.instance_id), "session_id": str(theirs.opened.session_id), "generation": 99,
            "application_id": row(other_id, theirs.opened.instance_id).application_id,
        },
        "tickets": {"an expired one": expired, "one of an older generation": earlier}, "ticket_hash": ticket_hash(earlier),
        "spare": make_ticket(seller_id, shop.instance_id),
        "others": [
            f"{provider.url}/v1/charges", f"{provider.url}/v1/statement", f"{made.core.url}/admin/", f"{made.core.url}/conta/login/",
            f"{made.core.url}@169.254.169.254/runtime/", "http://169.254.169.254/latest/meta-data/", "http://metadata.google.internal/",
            f"http://127.0.0.1:{connection.settings_dict['PORT']}/runtime/", f"http://localhost:{made.core.port}/runtime/health",
            f"http://0.0.0.0:{made.core.port}/runtime/health", f"http://[::1]:{made.core.port}/runtime/health", "http://example.com/",
            f"{discord.url}/_sandbox/requests", f"{made.core.url}/runtime", f"http://2130706433:{made.core.port}/runtime/health",
        ],
        "orders": {"the buyer": str(order_id), "another buyer": str(second), "nobody": str(uuid.uuid4())},
        "people": {"buyer": shop.buyer_id, "another": bia, "nobody": "310000000000000666"},
        "presses": [details, refresh], "presses_of_others": [hers], "patience": 2.0,
    }  # fmt: skip
