"""The one place where a bot's container is described: the body of ``POST /containers/create``, every flag of it.

It is built from an instance's id, its generation and the installation's settings; nothing that a seller or a buyer can write is
in it. Facts: Engine API reference 1.41 (ContainerCreate); capabilities(7); OWASP Docker Security Cheat Sheet, rules 0 to 8.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from astra.core.integrations.engines.port import CannotStart, StartOrder

PYTHON = "/usr/local/bin/python3"
ENTRYPOINT = (PYTHON, "-OO", "-m", "astra.bot.program")
USER = "65532:65532"
MEBIBYTE = 2**20

INSTALLATION, INSTANCE, GENERATION = "astra.installation", "astra.instance", "astra.generation"

# A reference that can only ever mean one image: an id, or a name with its digest.
FIXED_IMAGE = re.compile(r"(sha256:[0-9a-f]{64}|[a-z0-9./:_-]+@sha256:[0-9a-f]{64})")
EGRESS_HOST = "egress"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a container stands: the installation's mark, its network, and the address of the proxy that lets it out ("" for none)."""

    mark: str
    network: str
    proxy_url: str = ""
    extra_hosts: tuple[str, ...] = ()


def container_spec(order: StartOrder, around: Surroundings, entrypoint: tuple[str, ...] = ENTRYPOINT) -> dict[str, Any]:
    """The container of one copy. Raises CannotStart for an image that is not fixed by its digest.

    ``entrypoint`` is another program in tests only; nothing else can be chosen.
    """
    return {
        "Image": fixed_image(order.release),
        "Entrypoint": list(entrypoint),
        "Cmd": _arguments(order, around),
        "User": USER,
        "WorkingDir": "/",
        "Hostname": "bot",
        "Env": [],  # the image's own is all: no secret ever is in an environment
        "Labels": {INSTALLATION: around.mark, INSTANCE: str(order.instance_id), GENERATION: str(order.generation)},
        # The ticket comes by stdin, once: when its writer goes away, the bot reads the end of it and ends.
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": False,
        "AttachStderr": False,
        "Tty": False,
        "StopSignal": "SIGTERM",
        "Healthcheck": {"Test": ["NONE"]},  # its heartbeat says how it is
        "HostConfig": host_config(around),
    }


def host_config(around: Surroundings) -> dict[str, Any]:
    """What the container may use and touch."""
    memory = settings.ASTRA_BOT_MEMORY_MIB * MEBIBYTE
    return {
        "Privileged": False,
        "CapDrop": ["ALL"],
        "CapAdd": [],
        # Seccomp (and AppArmor where the machine has it) stay at the engine's defaults: named here, they could only be weaker.
        "SecurityOpt": ["no-new-privileges:true"],
        "ReadonlyRootfs": True,
        "Tmpfs": {"/tmp": "rw,noexec,nosuid,nodev,size=16m,mode=1777"},  # noqa: S108  the container's own, gone with it
        "Binds": [],
        "Mounts": [],
        "VolumesFrom": [],
        "Devices": [],
        "DeviceRequests": [],
        "DeviceCgroupRules": [],
        "Memory": memory,
        "MemorySwap": memory,  # memory and swap together: no swap
        "NanoCpus": settings.ASTRA_BOT_CPU_PERCENT * 10_000_000,
        "PidsLimit": 64,
        "OomKillDisable": False,
        "OomScoreAdj": 500,  # when the machine itself runs short, a bot goes before the database
        "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}, {"Name": "nofile", "Soft": 1024, "Hard": 1024}],
        "IpcMode": "none",  # no shared memory, not even its own
        "PidMode": "",
        "UTSMode": "",
        "CgroupnsMode": "private",
        "NetworkMode": around.network,
        "PortBindings": {},
        "PublishAllPorts": False,
        "ExtraHosts": list(around.extra_hosts),
        "LogConfig": {"Type": "local", "Config": {"max-size": "1m", "max-file": "2"}},
        "RestartPolicy": {"Name": "no"},  # the supervisor decides: an older copy must not come back by itself
        "AutoRemove": False,  # the reason of an end is read before it is forgotten
        "Init": False,
    }


def fixed_image(release: str = "") -> str:
    """The bot's image: that of the ``release``, or the installation's ("").

    Raises CannotStart when none is set, or one that could mean another image tomorrow.
    """
    image: str = release or settings.ASTRA_BOT_IMAGE
    if not FIXED_IMAGE.fullmatch(image):
        raise CannotStart("image_missing")
    return image


def _arguments(order: StartOrder, around: Surroundings) -> list[str]:
    words = ["--core", order.core_url, "--instance", str(order.instance_id), "--generation", str(order.generation), "--home", around.mark]
    return [*words, "--proxy", around.proxy_url] if around.proxy_url else words
