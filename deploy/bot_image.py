"""The image of ``astra bot`` from what this machine has: its Python, the pinned packages of requirements/bot.txt, two folders of ours.

For machines without a registry, for tests and for the demo; ``deploy/Dockerfile`` makes the same from a published base. No shell, no
package manager, no core, no Django. The same input makes the same bytes, so the image's id is known before an engine has seen it.

    python -m deploy.bot_image            builds build/bot-image.tar when something changed, prints the id
    python -m deploy.bot_image --load     and brings it into the engine named by DOCKER_HOST
"""

import argparse
import compileall
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = ROOT / "build" / "bot-image.tar"
REPOSITORY = "astra-bot"
USER = 65532
PYTHON = "/usr/local/bin/python3"
# Of the standard library, what a bot never needs.
LEFT_OUT = {
    "test", "tests", "idlelib", "tkinter", "turtledemo", "turtle.py", "lib2to3", "ensurepip", "distutils", "pydoc_data", "pydoc.py", "venv",
    "unittest", "doctest.py", "site-packages", "dist-packages", "__pycache__", "sqlite3", "dbm", "curses", "xmlrpc", "wsgiref", "cgi.py",
    "msilib", "pdb.py", "pstats.py", "profile.py", "cProfile.py", "__phello__", "smtpd.py", "imaplib.py", "nntplib.py", "telnetlib.py",
}  # fmt: skip
LEFT_OUT_MODULES = re.compile(r"^(_test|_xx|xx|_ctypes_test|_sqlite3|_tkinter|_curses|_dbm|_gdbm|readline|nis|ossaudiodev|_crypt)")
ENVIRONMENT = {
    "PATH": "/usr/local/bin",
    "LANG": "C.UTF-8",
    "PYTHONPATH": "/app",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
    "SSL_CERT_FILE": "/etc/ssl/cert.pem",
    # One heap for all threads: an idle bot holds a third less.
    "MALLOC_ARENA_MAX": "1",
}
CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


class CannotBuild(RuntimeError):
    """Something this image is made of is not on this machine; says what."""


def main(arguments: list[str]) -> int:
    """Prints the image's id."""
    parser = argparse.ArgumentParser(prog="scripts/bot-image", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", action="store_true", help="bring the image into the engine named by DOCKER_HOST")
    options = parser.parse_args(arguments)
    try:
        image_id = build()
    except CannotBuild as error:
        print(f"bot-image: {error}", file=sys.stderr)
        return 1
    if options.load:
        subprocess.run(["docker", "load", "--quiet", "--input", str(ARCHIVE)], check=True, stdout=subprocess.DEVNULL)
    print(image_id)
    return 0


def build() -> str:
    """Makes ARCHIVE unless it is there and nothing changed; returns ``sha256:…``, the image's id. Raises CannotBuild."""
    ARCHIVE.parent.mkdir(exist_ok=True)
    note = ARCHIVE.with_suffix(".json")
    wanted = _fingerprint()
    if ARCHIVE.exists() and note.exists():
        told = json.loads(note.read_text(encoding="ascii"))
        if told["made_from"] == wanted:
            return str(told["id"])
    with tempfile.TemporaryDirectory(prefix="astra-bot-image.") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        _fill(root)
        image_id = _pack(root, ARCHIVE)
    note.write_text(json.dumps({"id": image_id, "made_from": wanted}), encoding="ascii")
    return image_id


def packages() -> dict[str, str]:
    """Name and version of every package that requirements/bot.txt pins."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s\\]+)", (ROOT / "requirements/bot.txt").read_text(encoding="utf-8"), re.MULTILINE))


def _fill(root: Path) -> None:
    """Everything that is in the image."""
    library = f"usr/local/lib/python{sys.version_info.major}.{sys.version_info.minor}"
    interpreter = Path(os.path.realpath(sys.executable))
    _copy(interpreter, root / PYTHON.lstrip("/"))
    _copy_standard_library(root / library)
    for name, version in packages().items():
        _copy_package(name, version, root / "app")
    for path in _own_files():
        _copy(path, root / "app" / path.relative_to(ROOT))
    for place in (library, "app"):
        # -OO reads *.opt-2.pyc; the hash is not checked at start: the root is read-only.
        compileall.compile_dir(
            root / place,
            quiet=2,
            optimize=2,
            workers=1,
            stripdir=str(root),
            prependdir="/",
            invalidation_mode=__import__("py_compile").PycInvalidationMode.UNCHECKED_HASH,
        )
    _copy_shared_libraries(root, interpreter)
    certificates = next((path for path in map(Path, CERTIFICATES) if path.exists()), None)
    if certificates is None:
        raise CannotBuild("there are no certificate authorities here (Debian: apt-get install ca-certificates)")
    _copy(certificates, root / "etc/ssl/cert.pem")
    (root / "etc/passwd").write_text(f"bot:x:{USER}:{USER}::/:/nonexistent\n", encoding="ascii")
    (root / "etc/group").write_text(f"bot:x:{USER}:\n", encoding="ascii")
    (root / "etc/nsswitch.conf").write_text("hosts: files dns\npasswd: files\ngroup: files\n", encoding="ascii")
    for name in ("tmp", "proc", "sys", "dev"):
        (root / name).mkdir()


def _copy_standard_library(target: Path) -> None:
    source = Path(sysconfig.get_paths()["stdlib"])

    def left_out(folder: str, names: list[str]) -> set[str]:
        out = {name for name in names if name in LEFT_OUT or name.startswith("config-")}
        if Path(folder).name == "lib-dynload":
            out |= {name for name in names if LEFT_OUT_MODULES.match(name)}
        return out

    shutil.copytree(source, target, ignore=left_out, symlinks=False)


def _copy_package(name: str, version: str, target: Path) -> None:
    try:
        found = distribution(name)
    except ModuleNotFoundError:
        raise CannotBuild(f"{name} is not installed here (make setup)") from None
    if found.version != version:
        raise CannotBuild(f"{name} is here as {found.version}; requirements/bot.txt pins {version} (make setup)")
    for one in found.files or ():
        path = Path(str(found.locate_file(one)))
        inside = one.parts[0] not in ("..", "bin") and "__pycache__" not in one.parts and not {"tests", "test"} & set(one.parts)
        if inside and path.is_file() and path.suffix not in (".pyi", ".pyx", ".pxd", ".c", ".h", ".pyc", ".pth"):
            _copy(path, target / one)


def _own_files() -> Iterator[Path]:
    yield ROOT / "astra/__init__.py"
    for part in ("bot", "protocol"):
        for path in sorted((ROOT / "astra" / part).rglob("*.py")):
            if "tests" not in path.parts:
                yield path


def _copy_shared_libraries(root: Path, interpreter: Path) -> None:
    """What the interpreter and its modules link to, where the loader looks without a cache; the loader itself at its own path."""
    if sys.platform != "linux":
        raise CannotBuild("this image is made of a Linux machine's own Python; elsewhere use deploy/Dockerfile")
    inside = [str(path) for path in root.rglob("*.so*")]
    told = subprocess.run(["ldd", str(interpreter), *inside], capture_output=True, text=True, check=False).stdout
    links = dict(re.findall(r"^\s+(\S+) => (/\S+) \(", told, re.MULTILINE))
    home = Path(os.path.realpath(links["libc.so.6"])).parent
    for name, place in sorted(links.items()):
        if not place.startswith(str(root)):
            _copy(Path(place), root / str(home).lstrip("/") / name)
    for loader in set(re.findall(r"^\s+(/\S*ld-linux\S*) \(", told, re.MULTILINE)):
        _copy(Path(loader), root / loader.lstrip("/"))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(os.path.realpath(source), target)
    target.chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def _pack(root: Path, archive: Path) -> str:
    """An archive for ``docker load`` with one layer: sorted names, no owners, no times. Returns the image's id."""
    draft = archive.with_suffix(".draft")
    layer = archive.with_suffix(".layer")
    with tarfile.open(layer, "w", format=tarfile.GNU_FORMAT) as tar:
        for path in sorted(root.rglob("*")):
            member = tar.gettarinfo(str(path), arcname=path.relative_to(root).as_posix())
            member.uid = member.gid = member.mtime = 0
            member.uname = member.gname = ""
            member.mode = 0o1777 if member.name == "tmp" else 0o755 if member.isdir() else member.mode
            if member.isfile():
                with path.open("rb") as handle:
                    tar.addfile(member, handle)
            else:
                tar.addfile(member)
    with layer.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    config = {
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {
            "User": f"{USER}:{USER}",
            "Env": [f"{name}={value}" for name, value in ENVIRONMENT.items()],
            "Entrypoint": [PYTHON, "-OO", "-m", "astra.bot.program"],
            "WorkingDir": "/",
            "Labels": {"org.opencontainers.image.title": "astra bot"},
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        "history": [{"created": "1970-01-01T00:00:00Z", "created_by": "deploy/bot_image.py"}],
    }
    raw = json.dumps(config, sort_keys=True).encode()
    image_id = hashlib.sha256(raw).hexdigest()
    manifest = [{"Config": f"{image_id}.json", "RepoTags": [f"{REPOSITORY}:{image_id[:12]}"], "Layers": ["layer.tar"]}]
    with tarfile.open(draft, "w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in ((f"{image_id}.json", raw), ("manifest.json", json.dumps(manifest).encode())):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        tar.add(layer, arcname="layer.tar")
    layer.unlink()
    draft.replace(archive)
    return f"sha256:{image_id}"


def _fingerprint() -> str:
    found = hashlib.sha256(f"{sys.version} {sys.executable} {platform.libc_ver()}".encode())
    for path in [Path(__file__), ROOT / "requirements/bot.txt", *_own_files()]:
        found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
