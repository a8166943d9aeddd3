"""``astra up`` on its own, as production: it answers, what dies comes back, Ctrl-C leaves no process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from astra.core.project.addresses import free_block
from astra.core.project.postgresql.server import Server
from astra.core.project.tests.conftest import ROOT, astra, environment
from astra.core.project.tests.test_safe_start import PRODUCTION, line

SEALS = """
import uuid
from astra.core.project.programs.django_up import set_up
set_up()
from astra.core.foundation.sealing.data_key import current_data_key
from astra.core.foundation.tenancy.acting import acting_for
with acting_for(uuid.uuid4()) as seller_id:
    current_data_key(seller_id)
"""


def processes_of(home: Path) -> list[str]:
    """Whatever still runs for an installation: by its environment or by its command line."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
            if process.pid != os.getpid() and (str(home) in line or process.environ().get("ASTRA_HOME") == str(home)):
                found.append(line)
        except psutil.Error:
            continue
    return found


def wait_for(found, seconds=30):
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return value


def test_it_starts_revives_and_ends_everything(home):
    block, _ = free_block(30_000)
    given = {**PRODUCTION, "ASTRA_PORT": str(block.portal)}
    url = block.machine_url("portal")

    def ready():
        try:
            return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def pids():
        return json.loads((home / "pids.json").read_text())

    log = (home / "up.log").open("w+")
    up = subprocess.Popen(
        [sys.executable, "-m", "astra", "up"],
        cwd=ROOT,
        env=environment(home, **given),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_for(lambda: "ready http://" in (home / "up.log").read_text() or up.poll() is not None, 90)
        assert up.poll() is None, (home / "up.log").read_text()
        assert ready()
        # Behind TLS: what comes through the proxy is served, what comes without is sent there.
        proxied = httpx.get(url, headers={"Host": "shop.example.org", "X-Forwarded-Proto": "https"})
        assert proxied.status_code in (200, 302)
        assert "max-age=31536000" in proxied.headers["Strict-Transport-Security"]
        assert httpx.get(url, headers={"Host": "shop.example.org"}).headers["Location"] == "https://shop.example.org/"
        assert httpx.get(url, headers={"Host": "evil.example", "X-Forwarded-Proto": "https"}).status_code == 400

        before = pids()
        assert set(before) == {"foreman", "web", "worker", "supervisor"}
        for name in ("web", "worker", "supervisor"):
            os.kill(before[name], signal.SIGKILL)
        wait_for(lambda: all(pids()[name] != before[name] for name in ("web", "worker", "supervisor")) and ready())
        # The web server's own worker was not killed: it must not go on answering beside the new one.
        assert (
            len([line for line in processes_of(home) if "astra web" in line])
            == len(psutil.Process(pids()["web"]).children(recursive=True)) + 1
        )

        database = Server(home=home, port=0)
        database.kill()
        wait_for(lambda: "The database answers again" in (home / "up.log").read_text() and ready(), 60)

        second = astra(home, "up", **given)
        assert (second.returncode, str(up.pid) in second.stderr) == (1, True)
        clock = astra(home, "clock", "+8d", **given)
        assert (clock.returncode, "cannot be moved" in clock.stdout) == (1, True)
        subprocess.run([sys.executable, "-c", SEALS], cwd=ROOT, env=environment(home, **given), check=True, timeout=60)
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)
    assert up.returncode == 0, (home / "up.log").read_text()
    assert processes_of(home) == []

    another_key = astra(home, "prepare", **given | {"ASTRA_KEK": line("k2")})
    assert another_key.returncode == 1
    assert "k1 (missing)" in another_key.stderr
    assert "Nothing was lost" in another_key.stderr
    Server(home=home, port=0).stop()
    wait_for(lambda: processes_of(home) == [])
