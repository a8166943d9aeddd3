"""Runs inside the container, as somebody who took the bot over: the machine's part. Standard library only.

Each attempt is (group, name, function); it succeeded when the function returns something true. Whatever it raises is a wall.
"""

import ctypes
import errno
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
# Numbers of x86-64 (asm/unistd_64.h); elsewhere the attempts by number are left out.
CALLS = {
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "reboot": 169, "init_module": 175,
    "delete_module": 176, "bpf": 321, "perf_event_open": 298, "keyctl": 250, "add_key": 248, "iopl": 172, "swapon": 167, "settimeofday": 164,
    "sethostname": 170, "kexec_load": 246, "open_by_handle_at": 304, "acct": 163, "quotactl": 179, "fanotify_init": 300, "syslog": 103,
    "unshare_user": 272, "unshare_net": 272, "unshare_pid": 272, "mount_setattr": 442, "fsopen": 430, "move_mount": 429,
}  # fmt: skip
FILES = (
    "/app/astra/bot/program.py", "/app/sitecustomize.py", "/usr/local/bin/python3", "/usr/local/lib/x", "/etc/passwd", "/etc/ld.so.preload",
    "/etc/nsswitch.conf", "/etc/ssl/cert.pem", "/lib/x", "/x", "/root/x", "/var/x", "/run/x", "/dev/shm/x", "/dev/x",
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger", "/proc/sys/net/ipv4/ip_forward",
    "/sys/kernel/uevent_helper", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids/pids.max",
    "/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/release_agent",)  # fmt: skip
HIDDEN = (
    "/etc/shadow", "/root/.ssh/id_rsa", "/root/.bash_history", "/home", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/dev/mem", "/dev/kmsg",
    "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/sys/firmware/dmi/tables/DMI", "/var/run/secrets/kubernetes.io/serviceaccount/token",
    "/run/secrets/astra_kek", "/var/lib/astra/keys/kek", "/proc/1/root/etc/shadow", "/host/etc/passwd",
)  # fmt: skip
SOCKETS = (
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/dbus/system_bus_socket",
)


def attempts(told):
    """Everything to try against the machine."""
    return [*files(), *hidden(), *environments(told), *sockets(), *network(told), *privileges(), *resources()]


def files():
    """Writing where nothing is to be written."""

    def write(path):
        with Path(path).open("ab") as handle:
            handle.write(b"0")
        return "written"

    def run_from_tmp():
        target = Path("/tmp/own-program")
        target.write_bytes(Path(sys.executable).read_bytes())
        target.chmod(0o755)
        return subprocess.run(
            [str(target), "-S", "-c", "print(1)"], capture_output=True, check=True, env={"PYTHONHOME": "/usr/local"}
        ).stdout

    def remount():
        return call("mount", b"none", b"/", b"", 32, 0)

    for path in FILES:
        yield "files", f"write {path}", lambda path=path: write(path)
    yield "files", "run a program from /tmp", run_from_tmp
    yield "files", "remount / for writing", remount
    yield "files", "replace the program", lambda: Path("/app/astra/__init__.py").rename("/app/other.py") and "renamed"
    yield "files", "remove a package", lambda: Path("/app/discord/__init__.py").unlink() or "removed"


def hidden():
    """Reading what belongs to the machine."""

    def read(path):
        return list(Path(path).iterdir()) if Path(path).is_dir() else Path(path).open("rb").read(16)

    for path in HIDDEN:
        yield "hidden", f"read {path}", lambda path=path: read(path)


def environments(told):
    """Secrets in the environment or the arguments of any process that can be seen."""

    def search(what):
        found = []
        for pid in processes():
            try:
                text = Path(f"/proc/{pid}/{what}").read_bytes().decode(errors="replace")
            except OSError:
                continue
            found += [word for word in told["canaries"] if word in text and what != "stdin"]
            found += [
                name for name in ("ASTRA_KEK", "DATABASE_URL", "ASTRA_SECRET_KEY", "PGPASSWORD", "SANDBOX_PAYMENTS") if f"{name}=" in text
            ]
        return found

    for what in ("environ", "cmdline"):
        yield "environment", f"search /proc/*/{what}", lambda what=what: search(what)
    yield "environment", "another process", lambda: [pid for pid in processes() if int(pid) not in (1, os.getpid())]
    for name in ("environ", "maps", "mem", "fd", "root", "cwd", "ns/net"):
        yield (
            "environment",
            f"processes of others: {name}",
            lambda name=name: [
                pid for pid in processes() if int(pid) not in (1, os.getpid()) and os.access(f"/proc/{pid}/{name}", os.R_OK)
            ],
        )


def processes():
    """The ids of every process that can be seen."""
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]


def sockets():
    """The engine's own door."""

    def connect(path):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(path)
            line.sendall(b"GET /containers/json HTTP/1.0\r\n\r\n")
            return line.recv(20)

    for path in SOCKETS:
        yield "socket", f"speak to {path}", lambda path=path: connect(path)


def network(told):
    """Reaching anything but the proxy."""

    def connect(host, port):
        with socket.create_connection((host, port), timeout=0.7):
            return "connected"

    gateway = told["gateway"]
    metadata = ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254", "metadata.google.internal")
    for host in metadata:
        yield "network", f"metadata {host}", lambda host=host: connect(host, 80)
    for host in ("1.1.1.1", "8.8.8.8", "93.184.216.34", "discord.com", "gateway.discord.gg"):
        yield "network", f"straight to {host}:443", lambda host=host: connect(host, 443)
    places = {"127.0.0.1": "127.0.0.1", "localhost": "localhost"}
    places |= {place: host for place, host in (("the gateway", gateway), ("the machine", told["machine"])) if host}
    for name, port in told["ports"].items():
        for place, host in places.items():
            yield "network", f"{name} at {place}", lambda host=host, port=port: connect(host, port)
    yield "network", "the machine by its docker name", lambda: connect("host.docker.internal", told["ports"]["database"])
    for port in (2375, 2376, 6443, 10250):
        yield "network", f"engine's port {port}", lambda port=port: connect(gateway or "127.0.0.1", port)
    for host, port in told["neighbours"]:
        yield "network", f"another bot's container {port}", lambda host=host, port=port: connect(host, port)
    for word in told["guesses"]:
        yield "network", f"database password {word!r}", lambda word=word: database(told, word)
    yield "network", "a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    yield "network", "a packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
    yield "network", "the kernel's netlink: a new route", lambda: Path("/proc/sys/net/ipv4/conf/all/forwarding").write_text("1")


def database(told, word):
    """PostgreSQL's own words: startup, then the password as plain text; anything but an error after it is a way in."""
    import struct

    with socket.create_connection(("127.0.0.1", told["ports"]["database"]), timeout=0.7) as line:
        body = struct.pack("!i", 196608) + b"user\0astra_app\0database\0astra\0\0"
        line.sendall(struct.pack("!i", len(body) + 4) + body)
        line.recv(200)
        secret = word.encode() + b"\0"
        line.sendall(b"p" + struct.pack("!i", len(secret) + 4) + secret)
        return line.recv(1) == b"R" and line.recv(8)[4:] == b"\0\0\0\0"


def privileges():
    """Becoming more than it is."""
    for name in ("setuid", "setgid"):
        yield "privilege", f"{name}(0)", lambda name=name: getattr(os, name)(0) or "became root"
    yield "privilege", "setgroups", lambda: os.setgroups([0]) or "took groups"
    yield "privilege", "setresuid", lambda: os.setresuid(0, 0, 0) or "became root"
    yield "privilege", "chown a file", lambda: Path("/tmp/owned").write_text("x") and (os.chown("/tmp/owned", 0, 0) or "chowned")
    yield "privilege", "make a device", lambda: os.mknod("/tmp/device", 0o20666, os.makedev(1, 1)) or "made"
    yield "privilege", "a lower nice", lambda: os.nice(-5) is not None and "faster"
    yield (
        "privilege",
        "more open files",
        lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_NOFILE, (9999, 9999)) or "more",
    )
    yield "privilege", "a core file", lambda: __import__("resource").setrlimit(__import__("resource").RLIMIT_CORE, (1, 1)) or "allowed"
    yield "privilege", "a program that makes root", lambda: subprocess.run(["su"], check=True) and "su"
    for name in (*CALLS,):
        yield "privilege", f"system call {name}", lambda name=name: call(name, *ARGUMENTS.get(name, ()))
    yield "privilege", "keep capabilities (prctl)", lambda: LIBC.prctl(47, 2, 21, 0, 0) == 0 and "raised"


ARGUMENTS = {
    "mount": (b"none", b"/tmp", b"proc", 0, 0), "umount2": (b"/tmp", 2), "pivot_root": (b"/", b"/tmp"), "chroot": (b"/tmp",),
    "unshare": (0x00020000,), "unshare_user": (0x10000000,), "unshare_net": (0x40000000,), "unshare_pid": (0x20000000,),
    "setns": (-1, 0), "reboot": (0xFEE1DEAD, 672274793, 1, 0), "bpf": (0, 0, 0), "init_module": (0, 0, 0), "delete_module": (b"nobody", 0),
    "perf_event_open": (b"\0" * 128, 0, -1, -1, 0), "keyctl": (0, -3, 1), "add_key": (b"user", b"a", b"b", 1, -3), "iopl": (3,),
    "swapon": (b"/nothing", 0), "settimeofday": (1, 0), "sethostname": (b"bot", 3), "kexec_load": (0, 0, 0, -1),
    "open_by_handle_at": (-1, 0, 0), "acct": (b"/nothing",), "quotactl": (0, b"", 0, 0), "fanotify_init": (0, 0), "syslog": (3, b"\0" * 64, 64),
    "mount_setattr": (-1, b"", 0, 0, 0), "fsopen": (b"tmpfs", 0), "move_mount": (-1, b"", -1, b"", 0),
}  # fmt: skip
WALLS = {errno.EPERM, errno.EACCES, errno.ENOSYS}


def call(name, *arguments):
    """A system call by its number. It counts as done when it came past the question whether it may: not only when its arguments were good."""
    if os.uname().machine != "x86_64":
        raise OSError(errno.ENOSYS, "numbers of another machine")
    ctypes.set_errno(0)
    done = LIBC.syscall(CALLS[name], *arguments)
    if done < 0 and ctypes.get_errno() in WALLS:
        raise OSError(ctypes.get_errno(), name)
    return f"{name} was let through"


def resources():
    """Taking what belongs to the neighbours."""

    def forks():
        children = []
        try:
            for _ in range(150):
                pid = os.fork()
                if pid == 0:
                    time.sleep(30)
                    os._exit(0)
                children.append(pid)
        except OSError:
            pass
        for pid in children:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        return len(children) > 64 and f"{len(children)} processes"

    def memory(mebibytes):
        pid = os.fork()
        if pid == 0:
            held = bytearray(mebibytes << 20)
            os._exit(0 if len(held) else 1)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0 and f"{mebibytes} MiB"

    def fill():
        with Path("/tmp/filler").open("wb") as handle:
            try:
                for _ in range(64):
                    handle.write(b"0" * (1 << 20))
                return "64 MiB in /tmp"
            finally:
                Path("/tmp/filler").unlink()

    def descriptors():
        held = []
        try:
            while len(held) < 3000:
                held.append(os.open("/dev/null", os.O_RDONLY))
            return f"{len(held)} files"
        finally:
            for one in held:
                os.close(one)

    yield "resources", "more processes than allowed", forks
    for mebibytes in (160, 300, 512):
        yield "resources", f"{mebibytes} MiB of memory", lambda mebibytes=mebibytes: memory(mebibytes)
    yield "resources", "fill /tmp", fill
    yield "resources", "open files without end", descriptors
