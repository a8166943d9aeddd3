"""What one copy may cost, whatever happens to it: floods, a core that is away, a gateway that says nothing, sign-ins without end."""

import asyncio
from typing import Any

import pytest

from astra.bot import relay as relay_module
from astra.bot.ending import Ending
from astra.bot.gateway import IDENTIFIES_ALLOWED, Gateway
from astra.bot.guild_news import MOST_SERVERS, GuildNews
from astra.bot.keep_alive import KeepAlive
from astra.bot.lines import Lines
from astra.bot.relay import MOST_IN_FLIGHT, PRESSES_AT_ONCE, Relay
from astra.bot.tests.stand_ins import Core, press, until
from astra.protocol import endings
from astra.protocol.messages import GuildEvent, SessionAnswer


async def test_a_flood_is_answered_by_the_bot_itself(callbacks, monkeypatch):
    monkeypatch.setattr(relay_module, "PRESSES_A_SECOND", 0.0)
    core = Core()
    async with Lines() as lines, Relay(core, callbacks.url, lines.discord, ended=lambda _: None) as relay:
        for number in range(PRESSES_AT_ONCE + 20):
            relay.take(press(number))
        await until(lambda: len(callbacks.bodies) == PRESSES_AT_ONCE + 20)
    assert len(core.asked) == PRESSES_AT_ONCE
    assert sum(body["type"] == 4 and "Nada se perdeu" in body["data"]["content"] for body in callbacks.bodies) == 20


async def test_what_is_in_flight_is_bounded(callbacks):
    core = Core()
    core.may_answer.clear()
    async with Lines() as lines, Relay(core, callbacks.url, lines.discord, ended=lambda _: None) as relay:
        for number in range(MOST_IN_FLIGHT + 50):
            relay.take(press(number))
        assert relay.dropped == 50
        core.may_answer.set()
        await until(lambda: len(callbacks.bodies) == MOST_IN_FLIGHT)


async def test_news_of_servers_keep_the_latest_word_on_each_and_are_told_again():
    core, news = Core(), GuildNews()
    core.is_away = True
    telling = asyncio.create_task(news.tell(core))
    for number in range(MOST_SERVERS + 10):
        news.put(GuildEvent("joined", str(number), "x"))
    news.put(GuildEvent("left", "500", "x"))
    assert len(news._waiting) == MOST_SERVERS
    core.is_away = False
    await until(lambda: len(core.told) == MOST_SERVERS)
    assert [event.kind for event in core.told if event.guild_id == "500"] == ["left"]
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)


class Socket:
    """As much of discord.py's websocket as its heart needs."""

    HEARTBEAT, sequence = 1, 7

    def __init__(self, heartbeat_timeout: float) -> None:
        self._max_heartbeat_timeout = heartbeat_timeout
        self.sent: list[dict[str, Any]] = []
        self.closed: list[int] = []

    async def send_heartbeat(self, data: dict[str, Any]) -> None:
        self.sent.append(data)

    async def close(self, code: int) -> None:
        self.closed.append(code)


async def test_the_gateway_is_kept_alive_without_a_thread_and_a_silent_one_is_closed():
    socket = Socket(60.0)
    heart = KeepAlive(ws=socket, interval=0.01)
    heart.start()
    await until(lambda: len(socket.sent) >= 3)
    heart.ack()
    assert socket.sent[0] == {"op": 1, "d": 7}
    assert heart.latency < 60
    heart.stop()
    silent = Socket(0.0)
    KeepAlive(ws=silent, interval=0.01).start()
    await until(lambda: silent.closed == [4000])
    assert silent.sent == []


async def test_it_ends_before_discord_resets_its_token():
    session = SessionAnswer("s", 1, 0, 0, "t", "1", "relay", "Loja", "http://127.0.0.1:1", "ws://127.0.0.1:1")
    gateway = Gateway(session, on_interaction=lambda _: None, on_guild=lambda _: None, changed=lambda: None)
    client = gateway._make_client()
    for _ in range(IDENTIFIES_ALLOWED):
        await client.before_identify_hook(None, initial=True)
    with pytest.raises(Ending) as caught:
        await client.before_identify_hook(None, initial=True)
    assert caught.value.exit_code == endings.IDENTIFY_BUDGET
    assert client.intents.value == 1  # servers alone: nothing privileged
    await client.close()
