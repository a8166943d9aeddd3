"""``astra demo``: the product, the sandboxes it talks to, and a shop that is open. What a newcomer runs."""

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from astra.core.project.addresses import Addresses, NoFreePorts, busy_words, free_block
from astra.core.project.foreman import (
    AlreadyRunning,
    ChildFailed,
    Foreman,
    end_leftovers,
    end_process,
    only_foreman,
    running_foreman,
)
from astra.core.project.home import NotAnInstallation, astra_home, claim_home, own_secret
from astra.core.project.postgresql.prepare import embedded_server
from astra.core.project.programs.sign_in_application import sign_in_application
from astra.core.project.programs.up import start_product, stop_on_signals, stop_product

CARD = Path("build/demo.json")
DETACH_SECONDS = 300
# Of our own settings the demo fixes all but these.
PASSED_ON = (
    *("ASTRA_DATABASE_NAME", "ASTRA_DATABASE_SECRET", "ASTRA_DATABASE_SECRET_FILE", "ASTRA_KEK", "ASTRA_KEK_FILE"),
    *("ASTRA_BOT_IMAGE", "ASTRA_BOT_CPU_PERCENT", "ASTRA_BOT_MEMORY_MIB", "ASTRA_DOCKER_HOST", "ASTRA_DOCKER_EGRESS"),
    *("ASTRA_KUBERNETES_CONFIG", "ASTRA_KUBERNETES_NAMESPACE", "ASTRA_KUBERNETES_PROXY"),
)
ENGINES = ("local", "none", "pool", "docker", "kubernetes")


def main(argv: list[str]) -> int:
    """Starts everything and stays until Ctrl-C; ``--detach`` returns when ready, ``--stop`` ends a detached one."""
    parser = argparse.ArgumentParser(prog="astra demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port of the portal; the other parts move with it")
    parser.add_argument("--detach", action="store_true")
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--engine", choices=ENGINES, default="local", help="how the seeded shop's bot runs")
    parser.add_argument("--bare", action="store_true", help="without the seeded shop")
    parser.add_argument("--card", type=Path, default=CARD, help="where addresses, people and pids are written")
    options = parser.parse_args(argv)
    if options.stop:
        return _stop(options.card)
    if options.detach:
        return _detach(argv, options.card)
    home = astra_home()
    try:
        with only_foreman(home):
            return _run(options, home)
    except (AlreadyRunning, NotAnInstallation, NoFreePorts) as error:
        print(error, file=sys.stderr)
        return 1


def _run(options: argparse.Namespace, home: Path) -> int:
    end_leftovers(home)
    leftover = embedded_server(options.port + 432)
    if leftover is not None:
        leftover.stop()  # its demo was killed: otherwise it would be met below as a busy port
    addresses, busy = free_block(options.port)
    if busy:
        print(busy_words(busy, addresses), flush=True)
    environment = demo_environment(home, addresses, options.engine)
    foreman = Foreman(home)
    stop_on_signals(foreman)
    started = time.monotonic()
    try:
        print("AstraSystems: starting the sandboxes, the database and the product…", flush=True)
        start_sandboxes(foreman, environment, addresses, home)
        environment |= sign_in_application(home, addresses)
        _keep_environment(home, environment)
        start_product(foreman, environment, addresses)
        people: dict[str, Any] = {}
        if not options.bare:
            people = json.loads(foreman.run("seed", ["seed", "--engine", options.engine], environment).strip().splitlines()[-1])
        _write_card(options.card, addresses, people, foreman, home)
        _tell(addresses, people, time.monotonic() - started)
        foreman.watch()
        print("\nStopping…", flush=True)
    except ChildFailed as error:
        if not foreman.stopping.is_set():
            print(error, file=sys.stderr)
            return 1
    finally:
        stop_product(foreman, environment)
        options.card.unlink(missing_ok=True)
    print("Stopped. Your data is kept: `make demo` opens the same shop, `make reset` forgets it.", flush=True)
    return 0


def demo_environment(home: Path, addresses: Addresses, engine: str = "local") -> dict[str, str]:
    """The environment of every program of the demo: sandboxes in the place of Discord, provider and mail server.

    Containers stand in the machine's own network: the sandboxes listen on its loopback and nowhere else.
    """
    signing = base64.b64encode(hashlib.sha256(own_secret("sandbox-webhooks").encode()).digest()).decode()
    key = f"sk_sandbox_{own_secret('sandbox-api')}"
    secret = f"whsec_{signing}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ASTRA_")}
    given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        **kept,
        **given,
        "ASTRA_HOME": str(home),
        "ASTRA_ENVIRONMENT": "demo",
        "ASTRA_ENGINES": ",".join(dict.fromkeys(["none", "local", "pool", engine])),
        "ASTRA_DOCKER_NETWORK": "host",
        "ASTRA_PORT": str(addresses.portal),
        "ASTRA_PUBLIC_URL": addresses.url("portal"),
        "ASTRA_CORE_URL": addresses.machine_url("portal"),
        "ASTRA_DISCORD_API": f"{addresses.machine_url('discord')}/api/v10",
        "ASTRA_DISCORD_GATEWAY": f"ws://127.0.0.1:{addresses.port('discord')}/gateway",
        "ASTRA_DISCORD_SITE": addresses.url("discord"),
        "ASTRA_SANDBOX_PAYMENTS_URL": addresses.machine_url("payments"),
        "ASTRA_SANDBOX_PAYMENTS_KEY": key,
        "ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET": secret,
        "SANDBOX_PAYMENTS_API_KEY": key,
        "SANDBOX_PAYMENTS_WEBHOOK_SECRET": secret,
        "ASTRA_SMTP_PORT": str(addresses.port("smtp")),
        "PYTHONUNBUFFERED": "1",
    }


def _keep_environment(home: Path, environment: dict[str, str]) -> None:
    """What other programs of this installation need (``astra clock``, ``astra operator``); secrets inside: 0600."""
    path = home / "environment.json"
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    own = {name: value for name, value in environment.items() if name.startswith(("ASTRA_", "SANDBOX_"))}
    draft.write_text(json.dumps(own, indent=2), encoding="utf-8")
    draft.replace(path)


def start_sandboxes(foreman: Foreman, environment: dict[str, str], addresses: Addresses, home: Path) -> None:
    """Discord, payment provider and mailbox side by side, each keeping its state in the demo's folder. Raises ChildFailed."""
    state = home / "sandbox"
    state.mkdir(exist_ok=True)
    # A sandbox is told nothing of the product but the address that webhooks go to.
    plain = {name: value for name, value in environment.items() if not name.startswith("ASTRA_")}
    webhooks = f"{addresses.machine_url('portal')}/webhooks/payments/sandbox"
    children = []
    for name, more in (
        ("discord", ["--quick", "--bank-url", addresses.url("payments")]),  # nobody waits in a demo
        ("payments", ["--webhook-url", webhooks]),
        ("mail", ["--smtp-port", str(addresses.port("smtp"))]),
    ):
        arguments = ["sandbox", name, "--port", str(addresses.port(name)), "--state", str(state / f"{name}.json")]
        children.append(foreman.launch(f"sandbox-{name}", [*arguments, "--public-url", addresses.url(name), *more], plain))
    foreman.await_ready(*children)


def _write_card(path: Path, addresses: Addresses, people: dict[str, Any], foreman: Foreman, home: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    card = {
        "addresses": {
            "portal": addresses.url("portal"),
            "admin": addresses.url("portal") + "/admin/",
            "discord": people.get("shop_url") or addresses.url("discord"),
            "payments": addresses.url("payments"),
            "mail": addresses.url("mail"),
        },
        "people": people.get("people", []),
        "pids": {"demo": os.getpid(), **foreman.pids()},
        "home": str(home),
    }
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(path)


def _tell(addresses: Addresses, people: dict[str, Any], seconds: float) -> None:
    lines = [
        "",
        "  Lara sells game keys. Her shop is open in the Discord sandbox: press Comprar on a card, then the link to the",
        "  offline bank under the PIX code, and the key arrives in seconds. Her wallet moves; she asks for a",
        "  withdrawal; Olga approves it in the admin panel. No money is real and nothing leaves this machine.",
        "",
        f"  Portal          {addresses.url('portal')}",
        f"  Admin panel     {addresses.url('portal')}/admin/",
        f"  Discord         {people.get('shop_url') or addresses.url('discord')}",
        f"  Payments        {addresses.url('payments')}",
        f"  Mailbox         {addresses.url('mail')}",
        "",
    ]
    lines += [
        f"  {person['role']:15} {person['login']:28} {person['password']}" for person in people.get("people", []) if person.get("password")
    ]
    lines += ["", f"  Started in {seconds:.1f} s. Ctrl-C stops everything; the data stays.", "", "ready"]
    print("\n".join(lines), flush=True)


def _detach(argv: list[str], card: Path) -> int:
    home = claim_home()
    if pid := running_foreman(home):
        print(f"This installation ({home}) runs already, by process {pid}. `make stop` ends it.", file=sys.stderr)
        return 1
    card.unlink(missing_ok=True)
    with (home / "demo.log").open("w", encoding="utf-8") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "astra", "demo", *[word for word in argv if word != "--detach"]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + DETACH_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        text = (home / "demo.log").read_text(encoding="utf-8")
        if text.rstrip().endswith("ready"):
            print(text, end="", flush=True)
            return 0
        time.sleep(0.2)
    print((home / "demo.log").read_text(encoding="utf-8"), file=sys.stderr)
    return 1


def _stop(card: Path) -> int:
    if not card.exists():
        print("No demo runs from here.")
        return 0
    told = json.loads(card.read_text(encoding="utf-8"))
    # The number in the card may be somebody else's by now: it must hold the installation's lock.
    if running_foreman(Path(told["home"])) == told["pids"]["demo"]:
        end_process(int(told["pids"]["demo"]), 60)
    card.unlink(missing_ok=True)
    print("Stopped. The data is kept.")
    return 0
