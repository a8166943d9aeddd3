"""``astra bot``: the runtime of one instance, or of many. One reads its single-use ticket as one line on stdin, a pool over its socket."""

import argparse
import asyncio
import contextlib
import logging
import signal
import socket
import sys
from pathlib import Path

from astra.bot.ending import Ending
from astra.bot.heart import BEAT_SECONDS
from astra.bot.life import Life
from astra.bot.lines import Lines
from astra.bot.log import HidingFormatter, set_up_log
from astra.bot.pool import Pool
from astra.bot.pulse import LogTail, PulseMeter
from astra.protocol import endings

log = logging.getLogger("astra.bot")
TOLD_TO_STOP = Ending(endings.TOLD_TO_STOP, "told_to_stop")


def main(argv: list[str]) -> int:
    """Runs until told to stop, superseded or refused; returns an exit code of ``protocol.endings``."""
    parser = argparse.ArgumentParser(prog="astra bot", description=__doc__)
    parser.add_argument("--core", default="", help="address of the core (a pool hears it with each ticket)")
    parser.add_argument("--instance", default="", help="for people who look at the list of processes")
    parser.add_argument("--generation", default="", help="likewise")
    parser.add_argument("--home", default="", help="mark of the installation, by which it knows its own bots")
    parser.add_argument("--proxy", default="", help="HTTP proxy by which core and Discord are reached, when it is the only way out")
    parser.add_argument("--ticket-file", type=Path, help="where the ticket is read instead of stdin")
    parser.add_argument("--beat-seconds", type=float, default=BEAT_SECONDS)
    parser.add_argument("--pool", action="store_true", help="many instances in this process")
    parser.add_argument("--control-fd", type=int, default=-1, help="with --pool: the listening socket that was handed down")
    parser.add_argument("--most", type=int, default=500, help="with --pool: how many instances at once")
    options = parser.parse_args(argv)
    hiding = set_up_log()
    _keep_to_itself()
    if options.pool:
        if options.control_fd < 0:
            print("astra bot --pool is started by a supervisor, which hands down its socket. Nothing was started.", file=sys.stderr)
            return endings.USAGE
        _allow_many_sockets()
        control = socket.socket(fileno=options.control_fd)
        return asyncio.run(_run_pool(Pool(hiding, most=options.most, beat_seconds=options.beat_seconds), control))
    ticket = _ticket(options.ticket_file)
    if not ticket or not options.core:
        print(
            "astra bot needs --core and reads its ticket as one line on stdin or from --ticket-file; one is missing. Nothing was started.",
            file=sys.stderr,
        )
        return endings.USAGE
    tail = LogTail(hiding)
    logging.getLogger().addHandler(tail)
    return asyncio.run(_run(options, ticket, hiding, PulseMeter(tail)))


async def _run(options: argparse.Namespace, ticket: str, hiding: HidingFormatter, meter: PulseMeter) -> int:
    async with Lines(options.proxy) as lines:
        life = Life(options.core, lines, hiding, beat_seconds=options.beat_seconds, meter=meter)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, life.end, TOLD_TO_STOP)
        return (await life.run(ticket)).exit_code


async def _run_pool(pool: Pool, control: socket.socket) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, pool.end)
    await pool.run(control)
    return endings.TOLD_TO_STOP


def _ticket(path: Path | None) -> str:
    if path is None:
        return sys.stdin.readline(300).strip()
    try:
        with path.open(encoding="ascii") as handle:
            return handle.readline(300).strip()
    except (OSError, ValueError):
        return ""


def _keep_to_itself() -> None:
    """Nothing of what this process holds is for other processes of the machine to read from a core file."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_many_sockets() -> None:
    """Each instance of a pool holds a socket or three: as many as the system allows at all."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536) if most > 0 else 65_536, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
