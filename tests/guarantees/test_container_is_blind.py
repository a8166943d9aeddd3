"""A bot's container that was taken over gets nothing: no goods, no other tenant, not the host (G14, G18). Two hundred attempts from inside."""

import json
import os
import socket
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.engines import docker as docker_engine
from astra.core.journey.instances.tests.cast import row
from astra.core.surfaces.discord import pipeline
from astra.core.surfaces.discord.models import Reveal
from astra.core.surfaces.discord.sends import original, reveal
from tests.contracts.engines.docker import DockerInTest
from tests.guarantees.blind import reach
from tests.guarantees.blind.town import Attempt, Town, intrude, neighbour, town
from tests.support.docker_daemon import LENT, MISSING, PLACE
from tests.support.report import figure, print_table, write_report

CANARY = "STOCK-CANARY"
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
ENGINES_SOCKET = os.environ.get(LENT, f"unix://{PLACE}/docker.sock").removeprefix("unix://")
Spec = dict[str, Any]


@pytest.fixture
def own(docker_host: str, bot_image: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DockerInTest]:
    if FORWARDING.read_text().strip() == "1" and LENT not in os.environ:
        pytest.skip(
            f"{MISSING} WITH A FIREWALL: this machine forwards packets (net.ipv4.ip_forward=1) and the tests' own engine touches no firewall,"
            f" so nothing stands between two networks. Lend the machine's engine: {LENT}=unix:///var/run/docker.sock. Nothing was proven."
        )
    (tmp_path / "keys").symlink_to(Path(settings.ASTRA_HOME) / "keys")  # the passwords and keys of the tests' installation
    made = DockerInTest(docker_host, bot_image, settings, tmp_path, monkeypatch)
    settings.ASTRA_PAYMENT_PROVIDER = "sandbox"
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def besieged(own_database: str, own: DockerInTest, discord_sandbox: Any, payment_provider: Any, tmp_path: Path) -> Iterator[Town]:
    with town(own, discord_sandbox, payment_provider, tmp_path) as made:
        yield made


@pytest.mark.guarantee
@pytest.mark.timeout(400)
def test_two_hundred_attempts_and_no_success(besieged: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = besieged.told["instances"][0]
    monkeypatch.setattr(original, "PAUSE_SECONDS", 0.05)  # replies of invented presses are looked for six times
    # The pace of a person's presses stops most of these before they come to what is tried here.
    monkeypatch.setattr(pipeline.PACE, "is_too_fast", lambda *_: False)
    before = _row_of(besieged.other.id, theirs)
    tried = besieged.take_over()
    won = [one for one in tried if one.won]
    _report(tried, capsys)
    assert won == []
    assert len({(one.group, one.name) for one in tried}) >= 200
    assert _row_of(besieged.other.id, theirs) == before, "the neighbour's instance was moved"
    with acting_for(besieged.shop.seller.id):
        assert not Reveal.objects.filter(state=Reveal.SHOWN).exists()
    assert CANARY not in json.dumps([one.why for one in tried])
    for press in (*besieged.told["presses"], *besieged.told["presses_of_others"]):
        person = press["user"]
        seen = besieged.shop.discord.messages(person, besieged.shop.guild.channel_id)
        assert CANARY not in json.dumps(seen), "goods were written where nobody asked for them"

    # Negative control: with the question "which button was it?" left out, the same forged press brings the goods.
    card = besieged.shop.post_card()
    press = besieged.capture("details", lambda: besieged.shop.press(card, f"details:{besieged.shop.product_id}"), besieged.shop.buyer_id)
    besieged.told |= {"presses": [press], "presses_of_others": [], "patience": 30.0}
    monkeypatch.setattr(reveal, "is_wish_for_goods", lambda *_: True)
    control = {one.name for one in besieged.take_over("click") if one.won}
    assert control == {"see: under a real press (details)"}


def _without(*path: str, to: Any) -> Callable[[Spec], None]:
    def change(spec: Spec) -> None:
        at = spec
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = to

    return change


AS_ROOT = _without("User", to="0:0")
HOST = "HostConfig"
# what is taken down → (how, the group that tries it, attempts that must then succeed)
CONTROLS: dict[str, tuple[list[Callable[[Spec], None]], str, set[str]]] = {
    "read-only root, own user": (
        [AS_ROOT, _without(HOST, "ReadonlyRootfs", to=False)],
        "files",
        {"write /app/astra/bot/program.py", "write /etc/passwd", "replace the program", "remove a package"},
    ),
    "no program runs from /tmp, /tmp is small": (
        [_without(HOST, "Tmpfs", to={"/tmp": "rw,exec,size=128m,mode=1777"})],
        "files",
        {"run a program from /tmp"},
    ),
    "capabilities, own user, system calls": (
        [
            AS_ROOT,
            _without(HOST, "CapDrop", to=[]),
            _without(HOST, "CapAdd", to=["SYS_ADMIN", "SYS_NICE"]),
            _without(HOST, "SecurityOpt", to=["seccomp=unconfined"]),
        ],
        "privilege",
        {
            "make a device",
            "system call mount",
            "system call sethostname",
            "system call unshare",
            "system call bpf",
            "chown a file",
            "a lower nice",
        },
    ),
    "a network of its own": (
        [_without(HOST, "NetworkMode", to="host"), _without(HOST, "ExtraHosts", to=[])],
        "network",
        {f"{name} at 127.0.0.1" for name in ("database", "core")} | {"another bot's container 7777"},
    ),
    "number of processes": ([_without(HOST, "PidsLimit", to=0)], "resources", {"more processes than allowed"}),
    "memory": (
        [_without(HOST, "Memory", to=0), _without(HOST, "MemorySwap", to=0)],
        "resources",
        {"160 MiB of memory", "300 MiB of memory"},
    ),
    "open files": (
        [_without(HOST, "Ulimits", to=[{"Name": "nofile", "Soft": 8192, "Hard": 8192}])],
        "resources",
        {"open files without end"},
    ),
    "no socket of the engine": (
        [AS_ROOT, _without(HOST, "Binds", to=[f"{ENGINES_SOCKET}:/var/run/docker.sock"])],
        "socket",
        {"speak to /var/run/docker.sock"},
    ),
    "no folder of the machine": ([_without(HOST, "Binds", to=["/:/host:ro"])], "hidden", {"read /host/etc/passwd"}),
    "no secret in the environment": ([_without("Env", to=["DATABASE_URL=postgresql://x"])], "environment", {"search /proc/*/environ"}),
}


@pytest.mark.guarantee
@pytest.mark.timeout(400)
def test_with_a_wall_taken_down_the_matching_attempt_succeeds(own: DockerInTest, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative controls: an attempt that could not succeed in any container would prove nothing."""
    real, missing = docker_engine.container_spec, {}
    with socket.create_server(("127.0.0.1", 0)) as line:
        told = {
            "core": "http://127.0.0.1:1", "canaries": ["canary"], "guesses": [], "machine": "", "neighbours": neighbour(own, "http://127.0.0.1:1"),
            "ports": {"database": int(connection.settings_dict["PORT"]), "core": line.getsockname()[1]},
        }  # fmt: skip
        for wall, (changes, group, expected) in CONTROLS.items():

            def weaker(*given: Any, _changes: Any = changes) -> Spec:
                spec = real(*given)
                for change in _changes:
                    change(spec)
                return spec

            monkeypatch.setattr(docker_engine, "container_spec", weaker)
            won = {one.name for one in intrude(uuid.uuid4(), 1, {**told, "groups": [group]}, reach) if one.won}
            if expected - won:
                missing[wall] = expected - won
    assert missing == {}, "with this wall taken down, these attempts did not succeed"


def _row_of(seller_id: Any, instance_id: str) -> tuple[Any, ...]:
    found = row(seller_id, uuid.UUID(instance_id))
    return (found.seen_state, found.reason, found.last_heartbeat_at, found.guild_id, found.generation, found.wanted_state, found.version)


def _report(tried: list[Attempt], capsys: pytest.CaptureFixture[str]) -> None:
    by_group, won = Counter(one.group for one in tried), Counter(one.group for one in tried if one.won)
    figures = [
        figure(f"tried from inside: {group}", f"{count} attempts, {won[group]} successes", "", "0 successes", not won[group])
        for group, count in by_group.items()
    ]
    figures.append(
        figure(
            "all of them", f"{len(tried)} attempts, {sum(won.values())} successes", "", "≥ 200, 0 successes", len(tried) >= 200 and not won
        )
    )
    write_report("container-is-blind", figures)
    with capsys.disabled():
        print()
        print_table(figures)
        for one in tried:
            if one.won:
                print(f"SUCCESS {one.group}: {one.name}: {one.why}")
