"""What one copy may cost, whatever happens to it: floods, a core that is away, a gateway that says nothing, sign-ins without end."""

import ast
import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from socket import SHUT_RDWR
from types import SimpleNamespace
from typing import Any

import pytest

import astra.bot
from astra.bot import gateway as gateway_module
from astra.bot import relay as relay_module
from astra.bot.ending import Ending
from astra.bot.gateway import IDENTIFIES_ALLOWED, Gateway
from astra.bot.guild_news import MOST_SERVERS, GuildNews
from astra.bot.keep_alive import KeepAlive
from astra.bot.lines import Lines
from astra.bot.log import KEPT_LINES, SPEAKER, HidingFormatter
from astra.bot.pool import Pool
from astra.bot.pulse import LogTail, PulseMeter
from astra.bot.relay import MOST_IN_FLIGHT, PRESSES_AT_ONCE, Relay
from astra.bot.tests.stand_ins import Core, press, until
from astra.protocol import endings
from astra.protocol.messages import LONGEST_LINE, MOST_COUNTED, MOST_LINES, GuildEvent, Heartbeat, SessionAnswer
from astra.protocol.pool import PoolOrder

# Everything in the bot that holds as much as it is given, and what keeps it small. Whoever adds one says it here and proves it below.
BOUNDS = {
    "budget.Budget._refused": "OWN_SHARE: test_budget",
    "relay.Relay._tasks": "MOST_IN_FLIGHT: test_what_is_in_flight_is_bounded",
    "guild_news.GuildNews._waiting": "MOST_SERVERS: test_news_of_servers_keep_the_latest_word_on_each_and_are_told_again",
    "gateway.Gateway._shifted": "the bot's servers, half a second each: test_changes_of_a_server_are_told_once_and_forgotten",
    "pulse.LogTail._lines": "MOST_LINES: test_the_lines_of_a_heartbeat_are_bounded_however_long_the_core_is_away",
    "log.HidingFormatter._secrets": "two for each copy that lives: test_the_log_remembers_nothing_of_a_copy_that_is_gone",
    "log.HidingFormatter._tails": "KEPT_LINES for each copy that is known: the same",
    "pool.Pool._members": "the instances that its supervisor has it remember: test_a_pool_holds_so_many_and_forgets_when_it_is_told",
}
CONTAINERS = {"dict", "list", "set", "deque", "Counter", "defaultdict", "OrderedDict"}


def containers() -> set[str]:
    """Attributes of the bot's classes that begin as a container."""
    found = set()
    for path in Path(astra.bot.__file__).parent.glob("*.py"):
        for made in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)):
            for node in ast.walk(made):
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
                value = node.value if isinstance(node, ast.AnnAssign | ast.Assign) else None
                is_call = isinstance(value, ast.Call) and getattr(value.func, "id", "") in CONTAINERS
                if isinstance(target, ast.Attribute) and (is_call or isinstance(value, ast.Dict | ast.List | ast.Set)):
                    found.add(f"{path.stem}.{made.name}.{target.attr}")
    return found


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
        self.cut: list[int] = []
        self.socket = self
        self.answer: Callable[[], object] = lambda: None

    async def send_heartbeat(self, data: dict[str, Any]) -> None:
        self.sent.append(data)
        self.answer()

    def get_extra_info(self, _name: str) -> "Socket":
        return self

    def shutdown(self, how: int) -> None:
        self.cut.append(how)


async def test_the_gateway_is_kept_alive_without_a_thread_and_a_silent_one_is_closed():
    socket = Socket(60.0)
    heart = KeepAlive(ws=socket, interval=0.01)
    socket.answer = lambda: asyncio.get_running_loop().call_soon(heart.tick)
    heart.start()
    await until(lambda: len(socket.sent) >= 3)
    heart.ack()
    assert socket.cut == []
    assert socket.sent[0] == {"op": 1, "d": 7}
    assert heart.latency < 60
    heart.stop()
    silent = Socket(0.0)
    KeepAlive(ws=silent, interval=0.01).start()
    await until(lambda: silent.cut == [SHUT_RDWR])
    assert silent.sent == []
    deaf = Socket(60.0)  # it spoke a moment ago, and says nothing to a heartbeat
    KeepAlive(ws=deaf, interval=0.01).start()
    await until(lambda: deaf.cut == [SHUT_RDWR])
    assert len(deaf.sent) == 1


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


def test_every_container_of_the_bot_is_known_with_its_bound():
    assert containers() == set(BOUNDS)


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("astra.bot", logging.INFO, __file__, 1, text, None, None)


def test_the_lines_of_a_heartbeat_are_bounded_however_long_the_core_is_away():
    tail = LogTail(logging.Formatter("%(message)s"))
    for number in range(10 * MOST_LINES):
        tail.emit(record(f"{number} " + "x" * 9_000))
    meter = PulseMeter(tail)
    told = meter.take()
    assert (len(told.lines), max(map(len, told.lines))) == (MOST_LINES, LONGEST_LINE)
    for number in range(3):
        tail.emit(record(f"later {number}"))
        meter.put_back(told)
        assert len(tail._lines) == MOST_LINES
        told = meter.take()
    assert [line for line in told.lines if line.startswith("later")] == ["later 0", "later 1", "later 2"]


def test_a_pulse_never_outgrows_what_a_heartbeat_may_carry():
    meter = PulseMeter()
    for _ in range(3):
        meter.answered(MOST_COUNTED / 1_000)
        meter.put_back(meter.take())
    told = meter.take()
    assert told.total_ms == MOST_COUNTED
    assert Heartbeat.read(Heartbeat("online", "", told).json()).pulse == told


def test_the_log_remembers_nothing_of_a_copy_that_is_gone():
    """A pool starts and ends copies for weeks."""
    formatter = HidingFormatter()
    for number in range(50):
        name, token = f"instance-{number}", f"token-{number}"
        formatter.keep_tail(name)
        formatter.hide(token)
        formatter.hide(token)  # a second copy of the same instance
        speaker = SPEAKER.set(name)
        for line in range(2 * KEPT_LINES):
            formatter.format(record(f"{line} {token} " + "x" * 9_000))
        SPEAKER.reset(speaker)
        assert len(formatter.tail(name)) == KEPT_LINES
        assert token not in "".join(formatter.tail(name))
        formatter.forget(token)
        assert formatter._secrets == {token: 1}
        formatter.forget(token)
        formatter.drop_tail(name)
    assert (dict(formatter._secrets), formatter._tails) == ({}, {})


async def test_changes_of_a_server_are_told_once_and_forgotten(monkeypatch):
    monkeypatch.setattr(gateway_module, "CHANGES_SECONDS", 0.01)
    session = SessionAnswer("s", 1, 0, 0, "t", "1", "relay", "Loja", "http://127.0.0.1:1", "ws://127.0.0.1:1")
    told: list[GuildEvent] = []
    gateway = Gateway(session, on_interaction=lambda _: None, on_guild=told.append, changed=lambda: None)
    client = gateway._make_client()
    for number in range(300):
        guild = SimpleNamespace(id=number % 3, name="Loja")
        await client.on_guild_role_update(None, SimpleNamespace(guild=guild))
    assert len(gateway._shifted) == 3
    await until(lambda: len(told) == 3)
    assert gateway._shifted == set()
    assert {event.kind for event in told} == {"changed"}
    await client.close()


async def test_a_pool_holds_so_many_and_forgets_when_it_is_told(monkeypatch):
    may_end = asyncio.Event()

    async def live(_pool: Pool, _order: PoolOrder, _life: object) -> int:
        await may_end.wait()
        return endings.SUPERSEDED

    monkeypatch.setattr(Pool, "_live", live)
    formatter = HidingFormatter()
    pool = Pool(formatter, most=3)
    async with pool._lines:
        for turn in range(4):
            may_end.clear()
            names = [f"{turn}-{number}" for number in range(3)]
            starts = [PoolOrder("start", name, 1, "ticket", "http://127.0.0.1:1") for name in [*names, "one-too-many"]]
            assert [pool._obey(order) for order in starts] == [{"ok": True}] * 3 + [{"error": "pool_full"}]
            may_end.set()
            await until(lambda: all(member.exit_code is not None for member in pool._members.values()))
            assert all(member.life is None and member.task is None for member in pool._members.values())
            for name in names:
                pool._obey(PoolOrder("forget", name))
        assert pool._members == {}
