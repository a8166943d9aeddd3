"""The embedded PostgreSQL on real processes: started, stopped, killed, found again, moved."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from astra.core.project.postgresql import server as server_module
from astra.core.project.postgresql.server import PortTaken, Server, ServerFailed
from astra.core.project.tests.conftest import ROOT, environment, free_port

SECOND_PROGRAM = """
import sys
from pathlib import Path
from astra.core.project.postgresql.server import Server
server = Server(home=Path(sys.argv[1]), port=int(sys.argv[2]))
server.ensure_running()
print(server.pid())
"""


def second_program(home: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SECOND_PROGRAM, str(home), str(port)],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        text=True,
    )


def remember(server: Server, word: str) -> None:
    with psycopg.connect(server.administrator_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS remembered (word text)")
        connection.execute("INSERT INTO remembered VALUES (%s)", [word])


def remembered(server: Server) -> list[str]:
    with psycopg.connect(server.administrator_url) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM remembered ORDER BY ctid")]


def test_it_keeps_its_data_over_a_stop_a_crash_and_a_power_cut(server):
    remember(server, "written")
    server.stop()
    assert not server.answers()
    assert server.pid() is None

    server.ensure_running()
    remember(server, "after a stop")
    server.stop("immediate")
    server.ensure_running()
    remember(server, "after a crash")

    first = server.pid()
    server.kill()
    assert not psutil.pid_exists(first)
    server.ensure_running()
    assert server.pid() != first
    assert remembered(server) == ["written", "after a stop", "after a crash"]


def test_a_second_program_finds_the_server_that_runs(server):
    program = second_program(server.home, server.port)
    output, _ = program.communicate(timeout=30)
    assert int(output) == server.pid()
    assert server.answers()  # it outlives the program


def test_two_programs_that_start_at_once_share_one_server(home):
    port = free_port()
    programs = [second_program(home, port) for _ in range(2)]
    pids = {int(program.communicate(timeout=60)[0]) for program in programs}
    assert pids == {Server(home=home, port=port).pid()}


def test_it_moves_to_another_port_when_asked_with_another(server):
    remember(server, "before the move")
    moved = Server(home=server.home, port=free_port())
    moved.ensure_running()
    assert moved.running_port() == moved.port
    assert "before the move" in remembered(moved)
    assert not server.answers()
    server.ensure_running()
    assert server.answers()


def test_a_wrong_password_is_refused(server):
    for user in ("astra_root", "postgres", "somebody"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host="127.0.0.1", port=server.port, user=user, password="wrong", dbname="postgres")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=server.port, user="astra_root", password="", dbname="postgres")


def test_it_listens_on_this_machine_only_and_has_no_socket_file(server):
    process = psutil.Process(server.pid())
    listening = [one.laddr for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN]
    assert [tuple(one) for one in listening] == [("127.0.0.1", server.port)]
    assert [one.laddr for one in process.net_connections("unix") if one.laddr] == []
    with psycopg.connect(server.administrator_url) as connection:
        settings = dict(
            connection.execute("SELECT name, setting FROM pg_settings WHERE name IN ('unix_socket_directories', 'data_checksums', 'fsync')")
        )
    assert settings == {"unix_socket_directories": "", "data_checksums": "on", "fsync": "on"}


def test_no_password_is_readable_by_others_and_none_is_on_a_command_line(server):
    keys = server.home / "keys"
    assert keys.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in keys.iterdir()} == {"database-administrator": 0o600}
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in server.data.rglob("*")} == {0}
    secret = (keys / "database-administrator").read_text()
    lines = [" ".join(one.cmdline()) for one in (psutil.Process(server.pid()), *psutil.Process(server.pid()).children(recursive=True))]
    assert not [line for line in lines if secret in line]
    assert sorted(path.name for path in server.data.parent.iterdir()) == ["data"]  # the password file of initdb is gone


def test_a_taken_port_is_told_and_somewhere_else_is_found(home, monkeypatch):
    monkeypatch.setattr(server_module, "BUSY_SECONDS", 0.5)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"{port} is taken.*Nothing was lost"):
            Server(home=home, port=port, durable=False).ensure_running()
        found = Server(home=home, port=port, durable=False).ensure_running_somewhere()
        assert found.port > port
        assert Server(home=home, port=port, durable=False).ensure_running_somewhere() == found


def test_data_without_its_keys_is_refused_and_kept(home):
    server = Server(home=home, port=free_port(), durable=False)
    server.ensure_running()
    remember(server, "mine")
    server.stop()
    (home / "keys").rename(home / "elsewhere")
    with pytest.raises(ServerFailed, match=r"other keys.*Nothing was lost"):
        server.ensure_running()
    (home / "keys" / "database-administrator").unlink()
    (home / "keys").rmdir()
    (home / "elsewhere").rename(home / "keys")
    server.ensure_running()
    assert remembered(server) == ["mine"]


def test_a_number_in_the_pid_file_that_became_another_program_is_neither_signalled_nor_believed(server):
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"], user=server.data.stat().st_uid)
    try:
        pid_file = server.data / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{server.data}\n{int(time.time())}\n{server.port}\n\n127.0.0.1\n")
        os.chown(pid_file, server.data.stat().st_uid, server.data.stat().st_gid)
        assert server.pid() is None
        server.stop()
        server.kill()
        server.ensure_running()
        assert stranger.poll() is None
        assert server.pid() != stranger.pid
    finally:
        stranger.send_signal(signal.SIGKILL)
        stranger.wait()


def test_a_start_that_was_cut_off_leaves_no_half_database(home):
    server = Server(home=home, port=free_port(), durable=False)
    (home / "postgresql" / "data-new").mkdir(parents=True)
    (home / "postgresql" / "data-new" / "PG_VERSION").write_text("18")
    server.ensure_running()
    assert server.answers()
    assert not (home / "postgresql" / "data-new").exists()
