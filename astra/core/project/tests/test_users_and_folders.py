"""Root and ordinary users, open and closed folders: whoever starts it, no permission of an existing folder changes."""

import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from astra.core.project.postgresql.binaries import ROOT_PLACE, NoUser, bin_folder, open_folder, reachable_by_others, run_as
from astra.core.project.postgresql.server import Server, ServerFailed
from astra.core.project.tests.conftest import ROOT, end, environment, free_port

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="SKIPPED LOUDLY: only root can try what root does")
WHOLE_LIFE = """
import os, sys
from pathlib import Path
from astra.core.project.postgresql.prepare import prepare_server
from astra.core.project.home import astra_home
import psycopg
server = prepare_server()
assert server.answers()
server.kill()
server = prepare_server()
with psycopg.connect(server.administrator_url, dbname="astra") as connection:
    print(connection.execute("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'astra\\\\_%'").fetchone()[0])
import psutil
print(psutil.Process(server.pid()).uids().effective, server.data.is_relative_to(astra_home()), oct(os.stat(server.data).st_mode & 0o777))
server.stop()
"""


@pytest.fixture
def closed_home() -> Iterator[Path]:
    """An installation below a folder that only its owner may enter."""
    outer = Path(tempfile.mkdtemp(prefix="astra-closed-")).resolve()
    assert outer.stat().st_mode & 0o777 == 0o700
    home = outer / "inner" / "home"
    yield home
    end(home)
    shutil.rmtree(outer, ignore_errors=True)


def modes_above(path: Path) -> dict[Path, int]:
    return {folder: folder.stat().st_mode for folder in path.parents if folder.exists()}


def interpreter_for_others() -> Path | None:
    """A Python of this version that another user may start."""
    names = [
        Path(sys.executable).resolve(),
        *(Path(folder) / f"python3.{sys.version_info.minor}" for folder in ("/usr/bin", "/usr/local/bin")),
    ]
    return next((path for path in names if path.exists() and reachable_by_others(path.parent)), None)


def test_no_mode_of_an_existing_folder_changes(home, closed_home):
    closed_home.parent.mkdir(mode=0o750)
    for folder in (home, closed_home):
        before = modes_above(folder)
        server = Server(home=folder, port=free_port(), durable=False)
        server.ensure_running()
        assert server.answers()
        server.stop()
        assert modes_above(folder).items() >= before.items()
        assert (folder / "keys").stat().st_mode & 0o777 == 0o700


@as_root
def test_root_s_server_runs_as_a_user_of_its_own(home):
    server = Server(home=home, port=free_port(), durable=False)
    server.ensure_running()
    assert run_as().pw_uid != 0
    assert psutil.Process(server.pid()).uids().effective == run_as().pw_uid
    assert server.data == home / "postgresql" / "data"


@as_root
def test_below_a_closed_folder_the_data_lies_apart_and_is_forgotten_with_the_installation(closed_home):
    server = Server(home=closed_home, port=free_port(), durable=False)
    server.ensure_running()
    assert server.data.is_relative_to(ROOT_PLACE)
    apart = server.data.parent
    server.stop()
    server.forget()
    assert not apart.exists()


@as_root
def test_opening_or_closing_a_folder_later_loses_nothing(home, closed_home):
    inside = Server(home=home, port=free_port(), durable=False)
    inside.ensure_running()
    inside.stop()
    home.chmod(0o700)
    with pytest.raises(ServerFailed, match="Nothing was lost"):
        inside.ensure_running()
    home.chmod(0o755)
    inside.ensure_running()

    apart = Server(home=closed_home, port=free_port(), durable=False)
    apart.ensure_running()
    place = apart.data
    apart.stop()
    for folder in (closed_home.parents[1], closed_home.parent, closed_home):
        folder.chmod(0o755)
    apart.ensure_running()
    assert apart.data == place


@as_root
def test_data_in_the_shared_place_whose_keys_were_deleted_is_set_aside_and_named(closed_home, capsys):
    server = Server(home=closed_home, port=free_port())
    server.ensure_running()
    first = server.pid()
    shutil.rmtree(closed_home)  # as somebody does who wants a fresh checkout; the server still runs
    server.ensure_running()
    assert server.pid() != first
    aside = [path for path in server.data.parent.iterdir() if path.name.startswith("data-without-keys-")]
    assert len(aside) == 1
    assert str(aside[0]) in capsys.readouterr().err
    forgetful = Server(home=closed_home, port=server.port, durable=False)  # a test's server keeps nothing
    shutil.rmtree(closed_home)
    forgetful.ensure_running()
    assert len([path for path in server.data.parent.iterdir() if path.name.startswith("data-without-keys-")]) == 1
    server.stop()
    shutil.rmtree(server.data.parent)


@as_root
def test_a_copy_of_the_programs_is_made_where_others_may_run_them(monkeypatch, closed_home):
    monkeypatch.setattr("astra.core.project.postgresql.binaries.ROOT_PLACE", closed_home)
    monkeypatch.setattr("astra.core.project.postgresql.binaries.reachable_by_others", lambda path: path == closed_home)
    assert (bin_folder() / "postgres").stat().st_mode & 0o005 == 0o005
    assert bin_folder().is_relative_to(closed_home)
    assert len(list(closed_home.iterdir())) == 1  # no draft is left


def test_a_closed_folder_on_the_way_is_named(closed_home):
    with pytest.raises(NoUser, match="chmod o"):
        open_folder(closed_home)


@as_root
def test_an_ordinary_user_runs_it_as_himself():
    python = interpreter_for_others()
    packages = Path(sysconfig.get_path("purelib"))
    if python is None or not reachable_by_others(ROOT) or not reachable_by_others(packages):
        pytest.skip("SKIPPED LOUDLY: another user can reach neither this checkout nor a Python for it")
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="astra-nobody-")).resolve()
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    try:
        done = subprocess.run(
            [python, "-c", WHOLE_LIFE],
            cwd=folder,
            env=environment(
                folder / "home",
                PYTHONPATH=f"{ROOT}:{packages}",
                ASTRA_DATABASE_PORT=str(free_port()),
                PYTHONDONTWRITEBYTECODE="1",
                HOME=str(folder),
            ),
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.split() == ["4", str(nobody.pw_uid), "True", "0o700"]
        owners = {path.stat().st_uid for path in folder.rglob("*")}
        assert owners == {nobody.pw_uid}
        assert {path.stat().st_mode & 0o777 for path in (folder / "home" / "keys").iterdir()} == {0o600}
    finally:
        end(folder / "home")
        shutil.rmtree(folder, ignore_errors=True)
