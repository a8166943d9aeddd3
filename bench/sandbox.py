"""Whether the offline Discord is fast enough to measure others with: a thousand bots, five thousand interactions a minute.

One plain asyncio process plays all the bots and all the people; the sandbox is a process of its own, as anybody runs it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import psutil

from astra.sandbox.discord.pytest_plugin import start, stop
from tests.support.report import figure, percentile, print_table, write_report

GOAL_BOTS = 1000
GOAL_A_MINUTE = 5000
GOAL_MIB = 1024
GOAL_P99_MS = 250
Json = dict[str, Any]


@dataclass
class Bot:
    """One bot, its server, and the message with its button."""

    id: str
    token: str
    channel_id: str
    message_id: str = ""
    frames: int = 0


@dataclass
class Town:
    """All bots and one buyer in every server."""

    url: str
    http: aiohttp.ClientSession
    buyer: str = ""
    bots: list[Bot] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    ready: int = 0
    failures: list[str] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """One request; its JSON. Raises RuntimeError for a refusal."""
        headers = {} if token is None else {"Authorization": f"Bot {token}"}
        async with self.http.request(method, self.url + path, json=body, headers=headers) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path.split('?')[0][:60]}: {answer.status} {text[:200]}")
            return json.loads(text) if text else None

    async def settle(self, count: int) -> None:
        """Makes the bots, each with a server of its own."""
        owner = (await self.ask("POST", "/_sandbox/users", {"username": "owner"}))["id"]
        self.buyer = (await self.ask("POST", "/_sandbox/users", {"username": "buyer"}))["id"]
        for number in range(count):
            guild = await self.ask("POST", "/_sandbox/guilds", {"name": f"Shop {number}", "owner_id": owner})
            await self.ask("POST", f"/_sandbox/guilds/{guild['id']}/members", {"user_id": self.buyer})
            made = await self.ask("POST", "/_sandbox/applications", {"name": f"bot{number}", "owner_id": owner})
            await self.ask("POST", f"/_sandbox/guilds/{guild['id']}/bots", {"application_id": made["id"]})
            self.bots.append(Bot(made["id"], made["token"], guild["channels"][0]["id"]))

    async def connect(self) -> None:
        """Every bot on the gateway, fifty at a time; returns when all had READY and their guild, and their message hangs."""
        gate = asyncio.Semaphore(50)

        async def one(bot: Bot) -> None:
            async with gate:
                heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self.tasks.append(asyncio.create_task(self._live(bot, heard)))
                await heard
                press = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Buy", "custom_id": "buy"}]}
                path = f"/api/v10/channels/{bot.channel_id}/messages"
                bot.message_id = (await self.ask("POST", path, {"content": "For sale", "components": [press]}, bot.token))["id"]

        await asyncio.gather(*(one(bot) for bot in self.bots))

    async def _live(self, bot: Bot, heard: asyncio.Future[None]) -> None:
        async with self.http.ws_connect(self.url.replace("http", "ws", 1) + "/gateway?v=10&encoding=json", max_msg_size=0) as socket:
            interval = (await socket.receive_json())["d"]["heartbeat_interval"] / 1000
            await socket.send_json({"op": 2, "d": {"token": bot.token, "intents": 1 | 1 << 9, "properties": {}}})
            last = 0
            beat_at = time.monotonic() + interval * (hash(bot.id) % 100) / 100
            answers: set[asyncio.Task[Any]] = set()
            while True:
                try:
                    message = await socket.receive(timeout=max(beat_at - time.monotonic(), 0.01))
                except TimeoutError:
                    await socket.send_json({"op": 1, "d": last})
                    beat_at = time.monotonic() + interval
                    continue
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                frame = json.loads(message.data)
                bot.frames += 1
                last = frame["s"] or last
                if frame["t"] == "GUILD_CREATE" and not heard.done():
                    self.ready += 1
                    heard.set_result(None)
                elif frame["t"] == "INTERACTION_CREATE":
                    task = asyncio.create_task(self._answer(frame["d"]))
                    answers.add(task)
                    task.add_done_callback(answers.discard)

    async def _answer(self, click: Json) -> None:
        body = {"type": 4, "data": {"content": "Pay by PIX", "flags": 64}}
        try:
            await self.ask("POST", f"/api/v10/interactions/{click['id']}/{click['token']}/callback", body)
        except RuntimeError as problem:
            self.failures.append(str(problem))

    async def press(self, bot: Bot, times: list[float]) -> None:
        """One press by the buyer, timed until the answer is on his screen."""
        what = {"kind": "button", "channel_id": bot.channel_id, "message_id": bot.message_id, "custom_id": "buy"}
        began = time.perf_counter()
        try:
            got = await self.ask("POST", f"/_sandbox/as/{self.buyer}/interactions", what)
        except (RuntimeError, aiohttp.ClientError) as problem:
            self.failures.append(str(problem))
            return
        times.append((time.perf_counter() - began) * 1000)
        if got["outcome"] != "message":
            self.failures.append(str(got.get("reason")))

    async def load(self, seconds: float, a_minute: int) -> tuple[list[float], float]:
        """Presses evenly at `a_minute`, whoever is late or not; milliseconds of each, and presses a minute that were done."""
        times: list[float] = []
        total = int(seconds * a_minute / 60)
        began = time.monotonic()
        running = []
        for number in range(total):
            wait = began + number * 60 / a_minute - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            running.append(asyncio.create_task(self.press(self.bots[number * 7 % len(self.bots)], times)))
        await asyncio.gather(*running)
        return times, len(times) / (time.monotonic() - began) * 60

    async def lag(self) -> None:
        """Notes how late this process itself wakes up: what the machine, and not the sandbox, adds to the times."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.01)
            self.lags.append((time.perf_counter() - began) * 1000 - 10)

    async def burst(self, seconds: float, people: int = 16) -> tuple[list[float], float]:
        """Presses by so many people at once, each as soon as he has his answer."""
        times: list[float] = []
        began = time.monotonic()

        async def one(first: int) -> None:
            number = first
            while time.monotonic() - began < seconds:
                await self.press(self.bots[number % len(self.bots)], times)
                number += people

        await asyncio.gather(*(one(number) for number in range(people)))
        return times, len(times) / (time.monotonic() - began) * 60


async def measure(url: str, pid: int, options: argparse.Namespace) -> list[Any]:
    """All figures of one run."""
    process = psutil.Process(pid)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, trust_env=False, timeout=aiohttp.ClientTimeout(total=120)) as http:
        town = Town(url, http)
        began = time.monotonic()
        await town.settle(options.bots)
        settled = time.monotonic() - began
        began = time.monotonic()
        await town.connect()
        connected = time.monotonic() - began
        idle_mib = process.memory_info().rss / 2**20
        before = process.cpu_times()
        began = time.monotonic()
        watching = asyncio.create_task(town.lag())
        times, a_minute = await town.load(options.seconds, options.a_minute)
        watching.cancel()
        took = time.monotonic() - began
        after = process.cpu_times()
        busy = (after.user + after.system - before.user - before.system) / took
        peak_mib = process.memory_info().rss / 2**20
        burst, most = await town.burst(options.seconds / 6)
        online = len((await town.ask("GET", "/_sandbox/state"))["sessions"])
        for task in town.tasks:
            task.cancel()
        await asyncio.gather(*town.tasks, return_exceptions=True)
    for failure in town.failures[:5]:
        print(failure, file=sys.stderr)
    p99, late = percentile(times, 0.99), percentile(town.lags, 0.99)
    # The pace is kept by the clock; only the end of the last answer lies beyond it.
    enough = a_minute >= options.a_minute * 0.98
    return [
        figure("bots made, with a server each", round(settled, 1), "s"),
        figure("bots connected", online, "", f">= {options.bots}", online >= options.bots),
        figure("time to connect all of them", round(connected, 1), "s"),
        figure("memory with all connected", round(idle_mib), "MiB", f"<= {GOAL_MIB}", idle_mib <= GOAL_MIB),
        figure("interactions", round(a_minute), "a minute", f">= {options.a_minute} (98 %)", enough),
        figure("answered wrongly or not at all", len(town.failures), "", "0", not town.failures),
        figure("press to answer, median", round(percentile(times, 0.5), 1), "ms"),
        figure("press to answer, 99 of 100", round(p99, 1), "ms", f"<= {GOAL_P99_MS}", p99 <= GOAL_P99_MS),
        figure("lateness of the measuring process, 99 of 100", round(late, 1), "ms"),
        figure("lateness of the measuring process, worst", round(max(town.lags), 1), "ms"),
        figure("processor of the sandbox meanwhile", round(busy * 100), "% of one core"),
        figure("memory after the load", round(peak_mib), "MiB", f"<= {GOAL_MIB}", peak_mib <= GOAL_MIB),
        figure("interactions when pressed without a pause", round(most), "a minute"),
        figure("press to answer then, median", round(percentile(burst, 0.5), 1), "ms"),
    ]


def main() -> int:
    """Runs it; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="bench.sandbox", description=__doc__)
    parser.add_argument("--bots", type=int, default=GOAL_BOTS)
    parser.add_argument("--a-minute", type=int, default=GOAL_A_MINUTE)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--state", action="store_true", help="with a state file, as a demo has it")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        process, url = start(*(["--state", str(Path(folder) / "state.json")] if options.state else []))
        try:
            figures = asyncio.run(measure(url, process.pid, options))
        finally:
            stop(process)
    print_table(figures)
    print(write_report("bench-sandbox", figures))
    return 0 if all(row["holds"] for row in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
