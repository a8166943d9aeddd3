"""One installation for the journey: a fresh folder, a block of ports of its own, every program real."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.journey.guild import Discord
from tests.support.docker_daemon import memory_of_containers

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT = 18000
START_SECONDS = 180


class World:
    """The bare demo (no seeded shop) as a process, and the addresses it printed."""

    def __init__(self, home: Path, *, fresh: bool = True, engine: str = "local", settings: Mapping[str, str] | None = None) -> None:
        self.home, self.engine = home, engine
        if fresh and home.exists():
            self._forget()
        home.mkdir(parents=True, exist_ok=True)
        self.card_path = home / "card.json"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ASTRA_")}
        self.environment |= {"ASTRA_HOME": str(home), **(settings or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Starts everything and returns the seconds it took. Raises AssertionError with what was printed."""
        started = time.monotonic()
        log = (self.home / "world.log").open("wb")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "astra",
                "demo",
                "--bare",
                "--port",
                str(FIRST_PORT),
                "--card",
                str(self.card_path),
                "--engine",
                self.engine,
            ],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while not self.card_path.exists():
            text = (self.home / "world.log").read_text(errors="replace")
            assert self.process.poll() is None, f"the installation did not start:\n{text[-3000:]}"
            assert time.monotonic() - started < START_SECONDS, f"the installation was not ready in time:\n{text[-3000:]}"
            time.sleep(0.05)
        card = json.loads(self.card_path.read_text(encoding="utf-8"))
        self.addresses: dict[str, str] = card["addresses"]
        self.pids: dict[str, int] = card["pids"]
        self.discord = Discord(self.addresses["discord"])
        self.bank = Bank(self.addresses["payments"])
        self.mailbox = Mailbox(self.addresses["mail"])
        return time.monotonic() - started

    def stop(self) -> None:
        """Ends everything as Ctrl-C would."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def run(self, *arguments: str, text: str = "") -> str:
        """Runs a program of this installation to its end."""
        card_environment = self.environment | json.loads((self.home / "environment.json").read_text(encoding="utf-8"))
        done = subprocess.run(
            [sys.executable, "-m", "astra", *arguments],
            cwd=ROOT,
            env=card_environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def bank_statement(self) -> list[dict[str, Any]]:
        """Every line of the operator's account at the offline bank."""
        return list(self._bank_api("/v1/statement")["data"])

    def charges(self) -> list[dict[str, Any]]:
        """Every charge that exists at the bank."""
        return list(self._bank_api("/v1/charges")["data"])

    def _bank_api(self, path: str) -> Any:
        kept = json.loads((self.home / "environment.json").read_text(encoding="utf-8"))
        key = kept["ASTRA_SANDBOX_PAYMENTS_KEY"]
        return httpx.get(self.addresses["payments"] + path, headers={"Authorization": f"Bearer {key}"}, timeout=10).json()

    def memory(self) -> dict[str, float]:
        """Proportional memory in MiB of each program, bots and database included."""
        names = {pid: name for name, pid in json.loads((self.home / "pids.json").read_text(encoding="utf-8")).items()}
        found: dict[str, float] = {}
        for process in psutil.process_iter(["pid", "cmdline"]):
            try:
                name = self._name_of(process, names)
                if name:
                    found[name] = found.get(name, 0.0) + process.memory_full_info().pss / 2**20
            except psutil.Error:
                continue
        if address := self.environment.get("ASTRA_DOCKER_HOST"):
            found |= {f"bot in its container ({number})": size for number, size in enumerate(memory_of_containers(address), 1)}
        return {name: round(size, 1) for name, size in sorted(found.items())}

    def _name_of(self, process: psutil.Process, names: dict[int, str]) -> str:
        line = " ".join(process.info["cmdline"] or [])
        family = [process, *process.parents()]
        if any(f"-p {FIRST_PORT + 432}" in " ".join(one.cmdline()) and "postgres" in one.name() for one in family[:2]):
            return "database"
        known = [names[one.pid] for one in family if one.pid in names]
        if " -m astra.bot" in line and known:
            return "bot"
        return known[0] if known else ""

    def _forget(self) -> None:
        environment = {**{k: v for k, v in os.environ.items() if not k.startswith("ASTRA_")}, "ASTRA_HOME": str(self.home)}
        subprocess.run(
            [sys.executable, "-m", "astra", "reset", "--yes"], cwd=ROOT, env=environment, check=False, capture_output=True, timeout=60
        )
        shutil.rmtree(self.home, ignore_errors=True)


class Bank:
    """The payer's side of the offline provider."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=30)

    def pay(self, copy_paste: str) -> str:
        """Pays the code as the button on the charge's page does; returns the charge's id."""
        address = fields_of(fields_of(copy_paste)["26"])["25"]
        page = self.client.get("/" + address.split("/", 1)[1], follow_redirects=True)
        assert page.status_code == 200, page.text[:300]
        charge_id = str(page.url).rsplit("/", 1)[-1]
        answer = self.client.post(f"/_sandbox/charges/{charge_id}/payment", json={})
        assert answer.status_code < 300, answer.text[:300]
        return charge_id


def fields_of(code: str) -> dict[str, str]:
    """The fields of a BR Code (two digits of id, two of length, the value), one level deep."""
    found, at = {}, 0
    while at + 4 <= len(code):
        length = int(code[at + 2 : at + 4])
        found[code[at : at + 2]] = code[at + 4 : at + 4 + length]
        at += 4 + length
    return found


class Mailbox:
    """The sandbox's mail."""

    def __init__(self, base: str) -> None:
        self.client = httpx.Client(base_url=base, timeout=30)

    def link(self, address: str, pattern: str, seconds: float = 15) -> str:
        """The first link to a person that matches, waited for."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for mail in self.client.get("/api/messages", params={"to": address}).json():
                for link in mail["links"]:
                    if re.search(pattern, link):
                        return str(link)
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with a link like {pattern}")
