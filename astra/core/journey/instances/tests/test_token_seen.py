"""A revoked token is seen within a minute, whichever way the bot is reached: 4004, 401, or a look. By the schedules' own numbers."""

import asyncio
import contextlib
import re
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import discord
import pytest

import astra.core
from astra.bot.gateway import Gateway
from astra.bot.keep_alive import ANSWER_SECONDS, INTERVAL_SECONDS, READING_SECONDS
from astra.bot.life import Life
from astra.bot.lines import Lines
from astra.bot.log import HidingFormatter
from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.failures import DiscordFailure
from astra.core.integrations.discord.limits import LIMITS
from astra.core.integrations.discord.rest import TIMEOUTS
from astra.core.integrations.discord.shared_budget import refused_lately
from astra.core.journey.instances.actions.change_profile import Profile, change_profile
from astra.core.journey.instances.actions.choose_channels import choose_channels
from astra.core.journey.instances.actions.connect_endpoint import CHECK_SECONDS
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.actions.examine_instance import examine_instance
from astra.core.journey.instances.actions.require_channel import require_channel
from astra.core.journey.instances.queries import guild_channels, instance_facts
from astra.core.journey.instances.supervisor.program import TICK_SECONDS
from astra.core.journey.instances.tests.cast import change, make_instance, make_ticket
from astra.core.journey.instances.tests.stage import MEMBER, Stage
from astra.core.journey.instances.tests.test_link import aside
from astra.core.project.programs.worker import SWEEP_SECONDS
from astra.protocol import endings
from astra.protocol.messages import SessionAnswer

A_MINUTE = 60.0
# What is left for what cannot be scheduled: a connection, a sign-in, a job that waits for its turn.
A_MOMENT = 5.0


@pytest.fixture
def library(monkeypatch):
    """discord.py as it was, afterwards: a bot in this process points it at its Discord."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr(discord.gateway, "KeepAliveHandler", discord.gateway.KeepAliveHandler)


@pytest.mark.parametrize(
    ("way", "seconds"),
    [
        ("an open gateway: Discord closes it with 4004, and the bot says goodbye at once", 0.0),
        ("a connection that died without a word: the next heartbeat goes unanswered", INTERVAL_SECONDS + ANSWER_SECONDS + READING_SECONDS),
        ("no process: the sweep looks", SWEEP_SECONDS + CHECK_SECONDS),
        ("whoever is refused: a job looks at once, and Discord answers or does not", TIMEOUTS.read or A_MINUTE),
        ("the goodbye was lost: the supervisor sees the exit code", TICK_SECONDS),
    ],
)
def test_each_way_takes_less_than_a_minute(way, seconds):
    assert seconds + A_MOMENT <= A_MINUTE, way


@pytest.mark.commits
async def test_401_at_the_login_ends_the_copy_and_is_counted_once(stage: Stage, library):
    """The token died between the start and the sign-in."""

    def prepare() -> tuple[uuid.UUID, str]:
        made = make_instance(stage.seller.id, seen_state="starting")  # its token is nobody's at Discord
        return made, make_ticket(stage.seller.id, made)

    instance_id, ticket = await aside(prepare)
    async with Lines() as lines:
        ending = await Life(stage.core.url, lines, HidingFormatter(), beat_seconds=0.2).run(ticket)
    assert (ending.exit_code, ending.reason) == (endings.TOKEN_INVALID, "token_invalid")
    seen = await aside(lambda: stage.row(instance_id))
    assert (seen.seen_state, seen.reason) == ("errored", "token_invalid")
    assert await aside(refused_lately) == 1


class Cable:
    """A line to Discord's gateway that can die without a word: what is sent goes nowhere, and nobody closes anything."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self.is_dead = False
        self.lines = 0
        self.url = ""

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        number = self.lines
        there = await asyncio.open_connection(self._to.hostname, self._to.port)
        await asyncio.gather(self._copy(number, reader, there[1]), self._copy(number, there[0], writer), return_exceptions=True)

    async def _copy(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if not (self.is_dead and number == 1):
                writer.write(data)
                await writer.drain()

    @contextlib.asynccontextmanager
    async def laid(self) -> AsyncIterator["Cable"]:
        server = await asyncio.start_server(self.carry, "127.0.0.1", 0)
        self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/gateway"
        try:
            yield self
        finally:
            server.close()


async def test_a_connection_that_died_without_a_word_does_not_hide_a_dead_token(discord_sandbox, library):
    owner = discord_sandbox.user(f"lara{uuid.uuid4().hex[:8]}")
    bot = discord_sandbox.bot("loja", discord_sandbox.guild(owner))
    numbers = discord_sandbox._done(discord_sandbox._client.get("/_sandbox/gateway"))
    discord_sandbox._done(discord_sandbox._client.put("/_sandbox/gateway", json={"heartbeat_ms": 300}))
    is_ready = asyncio.Event()
    try:
        async with Cable(discord_sandbox.url).laid() as cable, Lines() as lines:
            session = SessionAnswer("s", 1, 0, 0, bot.token, bot.id, "relay", "Loja", f"{discord_sandbox.url}/api/v10", cable.url)
            gateway = Gateway(
                session,
                on_interaction=lambda _: None,
                on_guild=lambda _: is_ready.set(),
                changed=lambda: None,
                connector=lines.library,
            )
            holding = asyncio.create_task(gateway.hold())
            await asyncio.wait_for(is_ready.wait(), 30)
            cable.is_dead = True
            await asyncio.to_thread(discord_sandbox.revoke, bot.id)  # its 4004 goes nowhere
            await asyncio.wait([holding], timeout=30)
            ended = holding.exception() if holding.done() else None
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)
            await gateway.close()
    finally:
        discord_sandbox._done(discord_sandbox._client.put("/_sandbox/gateway", json={"heartbeat_ms": numbers["heartbeat_ms"]}))
    assert getattr(ended, "reason", ended) == "token_invalid"


ASKING: dict[str, Callable[[Any, Any, Any], Any]] = {
    "the portal reads the channels": lambda seller, made, guild: guild_channels(seller.id, made),
    "the seller chooses channels": lambda seller, made, guild: choose_channels(
        seller_id=seller.id, instance_id=made, guild_id=guild.id, channel_ids=[guild.channel_id], actor=MEMBER
    ),
    "the seller changes the profile": lambda seller, made, guild: change_profile(
        seller_id=seller.id, instance_id=made, profile=Profile(name="Outra"), actor=MEMBER
    ),
    "a card is about to be published": lambda seller, made, guild: require_channel(
        seller_id=seller.id, instance_id=made, channel_id=guild.channel_id
    ),
    "the doctor looks": lambda seller, made, guild: examine_instance(seller_id=seller.id, instance_id=made),
}


@pytest.mark.parametrize("asking", ASKING)
def test_whoever_is_refused_brings_it_to_light_while_the_gateway_says_nothing(seller, discord_sandbox, queue, mailoutbox, asking):
    """A bot that shows as online, whose gateway did not hear of it."""
    guild = discord_sandbox.guild(discord_sandbox.user(f"lara{uuid.uuid4().hex[:8]}"))
    bot = discord_sandbox.bot("loja", guild)
    made = create_instance(seller_id=seller.id, name="Loja", token=Secret(bot.token), engine="local", actor=MEMBER)
    change(seller.id, made, seen_state="online", guild_id=guild.id)
    queue.forget()
    discord_sandbox.revoke(bot.id)
    LIMITS.forget()
    with contextlib.suppress(DiscordFailure):
        ASKING[asking](seller, made, guild)
    queue.run("instances.check_token", "instances.tell_trouble", "accounts.send_letter")
    facts = instance_facts(seller.id, made)
    assert (facts.seen_state, facts.reason) == ("errored", "token_invalid")
    assert [mail.to for mail in mailoutbox] == [[seller.email]]
    refused = len([one for one in discord_sandbox.requests(bot.id) if one["status"] == 401])
    assert refused <= 2, "the call, and at most one look"
    LIMITS.forget()
    with contextlib.suppress(DiscordFailure):
        ASKING[asking](seller, made, guild)
    queue.run()
    assert len([one for one in discord_sandbox.requests(bot.id) if one["status"] == 401]) == refused, "then the calls stop"


def test_nobody_takes_a_token_without_reporting_its_refusal():
    """Each file of the core that asks for a bot's token to call Discord with also says what happens when it is refused."""
    silent = []
    for path in Path(astra.core.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        takes = re.search(r"(?<!def )\b(working_token|token_of)\(", text)
        if takes and "tests" not in path.parts and not re.search(r"\b(reporting_refusal|report_token)\(", text):
            silent.append(f"{path.parent.name}/{path.name}")
    # The door itself hands on what it gets.
    assert silent == ["sends/bot.py"]
