"""``astra bot``: the runtime of one instance. Reads its single-use ticket as one line on stdin."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from astra.bot.core_link import CoreAway, CoreLink
from astra.bot.ending import Ending
from astra.bot.gateway import Gateway
from astra.bot.heart import BEAT_SECONDS, Heart
from astra.bot.log import HidingFormatter, set_up_log
from astra.bot.relay import Relay
from astra.protocol import endings
from astra.protocol.messages import GuildEvent
from astra.protocol.parse import BadMessage

log = logging.getLogger("astra.bot")


def main(argv: list[str]) -> int:
    """Runs until told to stop, superseded or refused; returns an exit code of ``protocol.endings``."""
    parser = argparse.ArgumentParser(prog="astra bot", description=__doc__)
    parser.add_argument("--core", required=True, help="address of the core")
    parser.add_argument("--instance", default="", help="for people who look at the list of processes")
    parser.add_argument("--generation", default="", help="likewise")
    parser.add_argument("--home", default="", help="mark of the installation, by which it knows its own bots")
    parser.add_argument("--proxy", default="", help="HTTP proxy by which core and Discord are reached, when it is the only way out")
    parser.add_argument("--beat-seconds", type=float, default=BEAT_SECONDS)
    options = parser.parse_args(argv)
    hiding = set_up_log()
    ticket = sys.stdin.readline(300).strip()
    if not ticket:
        print("astra bot reads its ticket as one line on stdin; none came. Nothing was started.", file=sys.stderr)
        return endings.USAGE
    hiding.hide(ticket)
    # Nothing of what this process holds is for other processes of the machine to read from a core file.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return asyncio.run(_run(options, ticket, hiding))
    except BadMessage as error:
        log.error("the core speaks another protocol: %s", error)
        return endings.CRASHED


async def _run(options: argparse.Namespace, ticket: str, hiding: HidingFormatter) -> int:
    over: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    def end(ending: Ending) -> None:
        if not over.done():
            over.set_result(ending)

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end, Ending(endings.TOLD_TO_STOP, "told_to_stop"))
    async with CoreLink(options.core, options.proxy) as core:
        heart = Heart(core, beat_seconds=options.beat_seconds)
        last = await _serve(core, heart, ticket, hiding, over, end, options.proxy)
        log.info("ends: %s", last.reason)
        if last.exit_code in (endings.TOKEN_INVALID, endings.INTENTS_REFUSED):
            await heart.say_goodbye(last)
    return last.exit_code


async def _serve(
    core: CoreLink,
    heart: Heart,
    ticket: str,
    hiding: HidingFormatter,
    over: "asyncio.Future[Ending]",
    end: Callable[[Ending], None],
    proxy_url: str,
) -> Ending:
    """Opens the session and works until something ends it."""
    opening = asyncio.create_task(core.open(ticket))
    waits: set[asyncio.Future[Any]] = {opening, over}
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    if over.done():
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        return over.result()
    try:
        session = opening.result()
    except Ending as refused:
        return refused
    hiding.hide(session.bot_token)
    log.info("session of generation %s, pid %s", session.generation, os.getpid())
    guilds: asyncio.Queue[GuildEvent] = asyncio.Queue()
    async with Relay(core, session.api_url, ended=end, proxy_url=proxy_url) as relay:
        gateway = Gateway(session, on_interaction=relay.take, on_guild=guilds.put_nowait, changed=heart.wake, proxy_url=proxy_url)
        parts = (gateway.hold(), heart.beat(gateway), _tell_guilds(core, guilds))
        tasks = [asyncio.create_task(_until_ending(part, end)) for part in parts]
        last = await over
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await gateway.close()
    return last


async def _until_ending(work: Coroutine[Any, Any, None], end: Callable[[Ending], None]) -> None:
    try:
        await work
    except Ending as ending:
        end(ending)
    except Exception:
        log.exception("a part of the bot failed")
        end(Ending(endings.CRASHED, "process_ended"))


async def _tell_guilds(core: CoreLink, guilds: "asyncio.Queue[GuildEvent]") -> None:
    """Tells of servers in order; one that does not get through is told again."""
    while True:
        event = await guilds.get()
        pause = 1.0
        while True:
            try:
                await core.tell_guild(event)
                break
            except CoreAway:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
