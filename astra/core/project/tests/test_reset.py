"""``astra reset`` deletes data and keys together, and nothing that the programs did not make."""

from pathlib import Path

import pytest

from astra.core.project.home import CONTENTS, MARKER, NotAnInstallation, check_installation, claim_home, forget_home, own_secret
from astra.core.project.postgresql.server import Server
from astra.core.project.tests.conftest import astra, free_port


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_yes_nothing_is_deleted(home):
    own_secret("django", home)
    before = everything(home)
    done = astra(home, "reset")
    assert done.returncode == 1
    assert "Nothing was deleted" in done.stderr
    assert everything(home) == before


def test_data_and_keys_go_together_and_the_server_is_ended(home):
    server = Server(home=home, port=free_port(), durable=False)
    server.ensure_running()
    data = server.data
    (home / "log").mkdir()
    (home / "log" / "web.log").write_text("…")
    done = astra(home, "reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert "forgotten" in done.stdout
    assert not data.exists()
    assert not home.exists()
    assert not server.answers()
    assert not (home / "postgresql").exists()


def test_what_is_not_ours_stays_and_is_named(home):
    (home / "log").mkdir()  # somebody's own, before us
    (home / "log" / "diary").write_text("mine")
    own_secret("django", home)
    (home / "photos").mkdir()
    (home / "photos" / "one.jpg").write_text("mine too")
    done = astra(home, "reset", "--yes")
    assert done.returncode == 0, done.stderr
    assert "Left there, because it is no part of it: log, photos" in done.stdout
    assert sorted(everything(home)) == ["log/diary", "photos/one.jpg"]


def test_a_folder_that_is_no_installation_is_refused(home):
    for name in CONTENTS:
        if not Path(name).suffix:
            (home / name).mkdir(parents=True)
    (home / "keys" / "precious").write_text("somebody's")
    done = astra(home, "reset", "--yes")
    assert done.returncode == 1
    assert "does not look like an installation" in done.stderr
    assert everything(home) == {"keys/precious": b"somebody's"}


@pytest.mark.parametrize("marker", ["", "[]", "{}", '{"was_here_before": 5}'])
def test_a_marker_that_cannot_be_read_is_none(home, marker):
    (home / MARKER).write_text(marker)
    (home / "keys").mkdir()
    with pytest.raises(NotAnInstallation):
        forget_home(home)
    assert (home / "keys").exists()


def test_the_root_of_the_machine_is_neither_claimed_nor_forgotten():
    with pytest.raises(NotAnInstallation, match="Nothing was started"):
        claim_home(Path("/"))
    with pytest.raises(NotAnInstallation, match="Nothing was deleted"):
        check_installation(Path("/"))
    assert not (Path("/") / MARKER).exists()


def test_a_link_is_deleted_and_not_followed(home, tmp_path):
    claim_home(home)
    (tmp_path / "precious").write_text("mine")
    (home / "log").symlink_to(tmp_path)
    assert forget_home(home) == []
    assert (tmp_path / "precious").read_text() == "mine"


def test_other_installations_in_the_shared_folder_stay(home):
    """As root the default home is also where data below closed folders lies."""
    claim_home(home)
    for name in ("data", "0123456789abcdef"):
        (home / "postgresql" / name).mkdir(parents=True)
    assert forget_home(home) == ["postgresql"]
    assert [path.name for path in (home / "postgresql").iterdir()] == ["0123456789abcdef"]


def test_nothing_to_forget_is_no_failure(tmp_path):
    (tmp_path / "test").mkdir()  # the tests' own installation inside the checkout's
    assert astra(tmp_path, "reset", "--yes").returncode == 0
    assert (tmp_path / "test").exists()
    done = astra(tmp_path / "never", "reset", "--yes")
    assert (done.returncode, "nothing to forget" in done.stdout) == (0, True)
    assert not (tmp_path / "never").exists()
