"""What ``docker`` promises besides the contract: the container's every flag, and every half-started case, in a real engine."""

import json
import socket
import time
import uuid
from dataclasses import replace

import pytest
from docker.errors import NotFound

from astra.core.integrations.engines import docker_network
from astra.core.integrations.engines.docker import DockerEngine
from astra.core.integrations.engines.docker_network import network_name
from astra.core.integrations.engines.docker_spec import ENTRYPOINT, PYTHON, Surroundings, container_spec
from astra.core.integrations.engines.installation import installation_mark
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, EngineAway
from tests.contracts.engines.docker import DockerInTest
from tests.contracts.engines.engine_in_test import TICKET, given, order, until

IMAGE = "sha256:" + "a" * 64
AROUND = Surroundings("mark", "astra-mark-1", "http://egress:3128", ("egress:10.0.0.1",))
# Reads what the kernel says of itself: what the container really is, whatever was asked for.
SELF = """
import json, os, sys
sys.stdin.readline()
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines() if ":" in line)
mounts = [line.split() for line in open("/proc/self/mounts").read().splitlines()]
def limit(*names):
    for name in names:
        try: return open(name).read().strip()
        except OSError: pass
print("given", json.dumps({
    "uid": os.getuid(), "gid": os.getgid(), "groups": os.getgroups(),
    "caps": [status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
    "no_new_privs": status["NoNewPrivs"].strip(), "seccomp": status["Seccomp"].strip(),
    "root": next(m[3] for m in mounts if m[1] == "/"), "tmp": next(m for m in mounts if m[1] == "/tmp")[2:4],
    "mounts": [m[1] for m in mounts], "env": dict(os.environ), "argv": sys.argv,
    "memory": limit("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    "pids": limit("/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"),
    "cpu": limit("/sys/fs/cgroup/cpu.max") or limit("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") + " " + limit("/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
    "interfaces": sorted(os.listdir("/sys/class/net")), "programs": os.listdir("/usr/local/bin"),
    "roots": sorted(os.listdir("/")), "packages": sorted(os.listdir("/app")),
}), flush=True)
"""


@pytest.fixture
def own(docker_host, bot_image, settings, tmp_path, monkeypatch):
    made = DockerInTest(docker_host, bot_image, settings, tmp_path, monkeypatch)
    try:
        yield made
    finally:
        made.close()


def test_the_specification_flag_by_flag(settings):
    settings.ASTRA_BOT_IMAGE, settings.ASTRA_BOT_MEMORY_MIB, settings.ASTRA_BOT_CPU_PERCENT = IMAGE, 128, 25
    asked = order(generation=3)
    spec = container_spec(asked, AROUND)
    host = spec.pop("HostConfig")
    assert spec == {
        "Image": IMAGE,
        "Entrypoint": list(ENTRYPOINT),
        "Cmd": [
            "--core", "http://127.0.0.1:1", "--instance", str(asked.instance_id), "--generation", "3", "--home", "mark",
            "--proxy", "http://egress:3128",
        ],
        "User": "65532:65532",
        "WorkingDir": "/",
        "Hostname": "bot",
        "Env": [],
        "Labels": {"astra.installation": "mark", "astra.instance": str(asked.instance_id), "astra.generation": "3"},
        "OpenStdin": True, "StdinOnce": True, "AttachStdin": True, "AttachStdout": False, "AttachStderr": False, "Tty": False,
        "StopSignal": "SIGTERM",
        "Healthcheck": {"Test": ["NONE"]},
    }  # fmt: skip
    assert host == {
        "Privileged": False, "CapDrop": ["ALL"], "CapAdd": [], "SecurityOpt": ["no-new-privileges:true"], "ReadonlyRootfs": True,
        "Tmpfs": {"/tmp": "rw,noexec,nosuid,nodev,size=16m,mode=1777"},
        "Binds": [], "Mounts": [], "VolumesFrom": [], "Devices": [], "DeviceRequests": [], "DeviceCgroupRules": [],
        "Memory": 128 * 2**20, "MemorySwap": 128 * 2**20, "NanoCpus": 250_000_000, "PidsLimit": 64,
        "OomKillDisable": False, "OomScoreAdj": 500,
        "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}, {"Name": "nofile", "Soft": 1024, "Hard": 1024}],
        "IpcMode": "none", "PidMode": "", "UTSMode": "", "CgroupnsMode": "private",
        "NetworkMode": "astra-mark-1", "PortBindings": {}, "PublishAllPorts": False, "ExtraHosts": ["egress:10.0.0.1"],
        "LogConfig": {"Type": "local", "Config": {"max-size": "1m", "max-file": "2"}},
        "RestartPolicy": {"Name": "no"}, "AutoRemove": False, "Init": False,
    }  # fmt: skip
    assert TICKET not in json.dumps([spec, host])


@pytest.mark.parametrize("image", ["", "astra-bot", "astra-bot:latest", "python@sha256:12", "sha256:" + "g" * 64, IMAGE + "0"])
def test_an_image_that_could_be_another_one_tomorrow_is_refused(settings, image):
    settings.ASTRA_BOT_IMAGE = image
    with pytest.raises(CannotStart) as caught:
        container_spec(order(), AROUND)
    assert caught.value.reason == "image_missing"


def test_a_release_is_another_image_fixed_as_well(settings):
    settings.ASTRA_BOT_IMAGE = IMAGE
    newer = "astra-bot@sha256:" + "b" * 64
    assert container_spec(replace(order(), release=newer), AROUND)["Image"] == newer
    with pytest.raises(CannotStart):
        container_spec(replace(order(), release="astra-bot:next"), AROUND)


def test_the_kernel_says_the_same_inside(own):
    own.settings.ASTRA_BOT_CPU_PERCENT = 25
    runner, asked = DockerEngine((PYTHON, "-c", SELF)), order()
    runner.start(asked)
    seen = given(runner, asked.instance_id)
    assert (seen["uid"], seen["gid"], set(seen["groups"])) == (65532, 65532, {65532})
    assert {int(mask, 16) for mask in seen["caps"]} == {0}
    assert (seen["no_new_privs"], seen["seccomp"]) == ("1", "2")
    assert "ro" in seen["root"].split(",")
    assert seen["tmp"][0] == "tmpfs"
    assert {"rw", "nosuid", "nodev", "noexec", "size=16384k"} <= set(seen["tmp"][1].split(","))
    assert not [path for path in seen["mounts"] if "docker.sock" in path or path == "/dev/shm"]
    assert (seen["memory"], seen["pids"]) == (str(128 * 2**20), "64")
    quota, period = map(int, seen["cpu"].split())
    assert quota / period == 0.25
    assert len(seen["interfaces"]) == 2, "loopback and the network of its own"
    assert seen["programs"] == ["python3"], "no shell, no package manager"
    assert sorted({name.split("-")[0].split(".")[0] for name in seen["packages"]} & {"django", "docker", "psycopg", "procrastinate"}) == []
    assert TICKET not in json.dumps(seen)
    container = own.client.inspect_container(own.container(asked.instance_id))
    assert (container["Image"], container["Mounts"]) == (own.image_id, [])
    network = own.client.inspect_network(network_name(own.marks[0], asked.instance_id))
    assert (network["Internal"], network["Driver"]) == (True, "bridge")


def test_made_but_never_started(own):
    runner, asked = own.supervisor(), order()
    around = docker_network.surroundings(own.client, installation_mark(), asked.instance_id)
    own.client.create_container_from_config(container_spec(asked, around), own.container(asked.instance_id))
    assert runner.look(asked.instance_id) == CopySeen("ended", 1, "process_not_started")
    assert runner.stop(asked.instance_id) is True
    runner.start(order(asked.instance_id, 2))
    assert runner.look(asked.instance_id) == CopySeen("running", 2)


def test_started_but_the_ticket_was_never_handed_over(own, monkeypatch):
    class Died(BaseException):
        pass

    class Pipe:
        def __init__(self, real):
            self.real = real

        def sendall(self, _):
            raise Died

        def close(self):
            # The end of a process ends its side of the line, whoever still holds an object of it here.
            getattr(self.real, "_sock", self.real).shutdown(socket.SHUT_RDWR)
            self.real.close()

    runner, asked = own.supervisor(), order()
    real = type(own.client).attach_socket
    monkeypatch.setattr(type(own.client), "attach_socket", lambda self, *given, **named: Pipe(real(self, *given, **named)))
    with pytest.raises(Died):
        runner.start(asked)
    until(lambda: runner.look(asked.instance_id).state == "ended")
    assert runner.look(asked.instance_id).reason == "process_ended"


def test_the_real_bot_ends_without_a_ticket_and_without_a_core(own):
    runner, asked = DockerEngine(), order()
    runner.start(asked)
    until(lambda: any("core is away" in line for line in runner.log_tail(asked.instance_id)))
    assert runner.look(asked.instance_id) == CopySeen("running", 1)
    until(lambda: runner.stop(asked.instance_id))
    assert TICKET not in "\n".join(runner.log_tail(asked.instance_id))


def test_taken_away_by_hand(own):
    runner, asked = own.supervisor(), order()
    runner.start(asked)
    own.client.remove_container(own.container(asked.instance_id), force=True)
    assert runner.look(asked.instance_id) == ABSENT
    assert runner.stop(asked.instance_id) is True
    runner.start(order(asked.instance_id, 2))
    assert runner.look(asked.instance_id) == CopySeen("running", 2)


def test_too_much_memory_has_a_reason_of_its_own(own):
    own.settings.ASTRA_BOT_MEMORY_MIB = 32
    runner, asked = DockerEngine((PYTHON, "-c", "import sys; sys.stdin.readline(); held = bytearray(256 << 20)")), order()
    runner.start(asked)
    until(lambda: runner.look(asked.instance_id).state == "ended")
    assert runner.look(asked.instance_id) == CopySeen("ended", 1, "oom")


def test_a_paused_copy_runs(own):
    runner, asked = own.supervisor(), order()
    runner.start(asked)
    own.client.pause(own.container(asked.instance_id))
    assert runner.look(asked.instance_id).state == "running"
    own.client.unpause(own.container(asked.instance_id))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ASTRA_BOT_IMAGE", IMAGE, "image_missing"),
        ("ASTRA_BOT_IMAGE", "", "image_missing"),
        ("ASTRA_DOCKER_EGRESS", "", "egress_missing"),
        ("ASTRA_DOCKER_EGRESS", "nobody-by-this-name:3128", "egress_missing"),
        ("ASTRA_DOCKER_HOST", "unix:///nonexistent/docker.sock", "engine_unreachable"),
    ],
)
def test_a_start_that_cannot_be_says_why_and_leaves_nothing(own, name, value, reason):
    setattr(own.settings, name, value)
    runner, asked = DockerEngine(), order()
    with pytest.raises(CannotStart) as caught:
        runner.start(asked)
    assert caught.value.reason == reason
    assert own.client.containers(all=True, filters={"label": f"astra.instance={asked.instance_id}"}) == []


def test_an_engine_that_is_away_proves_nothing(own):
    own.settings.ASTRA_DOCKER_HOST = "unix:///nonexistent/docker.sock"
    runner, somebody = DockerEngine(), uuid.uuid4()
    for ask in (runner.look, runner.stop, runner.forget, runner.log_tail):
        with pytest.raises(EngineAway):
            ask(somebody)
    for ask in (runner.known, runner.end_strays):
        with pytest.raises(EngineAway):
            ask()
    own.settings.ASTRA_DOCKER_HOST = own.address
    assert runner.look(somebody) == ABSENT  # and it is found again when it is back


def test_a_forgotten_copy_leaves_no_network_and_the_end_of_its_log(own):
    runner, asked = own.supervisor("ends:1"), order()
    runner.start(asked)
    until(lambda: runner.look(asked.instance_id).state == "ended")
    before = runner.log_tail(asked.instance_id)
    runner.forget(asked.instance_id)
    assert before
    assert runner.log_tail(asked.instance_id) == before
    with pytest.raises(NotFound):
        own.client.inspect_network(network_name(own.marks[0], asked.instance_id))


def test_a_network_without_its_container_is_a_stray_once_it_is_old(own, monkeypatch):
    runner, lost = own.supervisor(), uuid.uuid4()
    docker_network.surroundings(own.client, installation_mark(), lost)
    assert runner.end_strays() == 0
    monkeypatch.setattr(docker_network, "STRAY_SECONDS", -5)
    assert runner.end_strays() == 1
    assert runner.end_strays() == 0


def test_the_log_is_bounded(own):
    runner, asked = own.supervisor("talks"), order()
    runner.start(asked)
    time.sleep(0.5)
    config = own.client.inspect_container(own.container(asked.instance_id))["HostConfig"]["LogConfig"]
    assert config == {"Type": "local", "Config": {"max-size": "1m", "max-file": "2"}}
    assert len(runner.log_tail(asked.instance_id, 20)) == 20
