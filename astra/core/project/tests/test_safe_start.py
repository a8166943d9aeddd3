"""What keeps a program from starting: wrong settings, play money in production, rows sealed by a key that is not here."""

import base64
import os
import subprocess
import sys
import uuid

import pytest

from astra.core.foundation.sealing import data_key as data_key_module
from astra.core.foundation.sealing.keyring import keyring
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.project.programs.safe_start import refuse_unsafe_start, unknown_keys, unsafe_settings
from astra.core.project.tests.conftest import ROOT, astra, environment


def line(kid: str) -> str:
    return f"{kid}:{base64.b64encode(os.urandom(32)).decode()}"


PRODUCTION = {
    "ASTRA_ENVIRONMENT": "production",
    "ASTRA_KEK": line("k1"),
    "ASTRA_PUBLIC_URL": "https://shop.example.org",
    "ASTRA_ALLOW_SANDBOX_IN_PRODUCTION": "yes",
}


@pytest.fixture
def kek(settings):
    """Puts keys into ASTRA_KEK, as a restart with another environment would."""

    def give(*lines: str) -> None:
        settings.ASTRA_KEK = "\n".join(lines)
        keyring.cache_clear()
        data_key_module._unwrap.cache_clear()

    yield give
    keyring.cache_clear()
    data_key_module._unwrap.cache_clear()


def make_key() -> None:
    with acting_for(uuid.uuid4()) as seller_id:
        data_key_module.current_data_key(seller_id)


def test_rows_sealed_by_known_keys_let_it_start(db, kek):
    old, new = line("k1"), line("k2")
    assert unknown_keys() == ""
    kek(old)
    make_key()
    kek(new, old)
    make_key()
    assert unknown_keys() == ""


def test_a_missing_key_is_named_and_nothing_was_lost(db, kek):
    old, new = line("k1"), line("k2")
    kek(old)
    make_key()
    kek(new)
    told = unknown_keys()
    assert "k1 (missing)" in told
    assert "It holds: k2" in told
    assert "Nothing was lost" in told
    assert old.split(":")[1] not in told
    kek(new, old)
    assert unknown_keys() == ""


def test_another_key_of_the_same_name_is_found_too(db, kek):
    kek(line("k1"))
    make_key()
    make_key()
    kek(line("k1"))
    assert "k1 (another key of this name)" in unknown_keys()


def test_the_program_ends_with_the_message(db, kek, capsys, monkeypatch):
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)  # the test's own transaction lives there
    kek(line("k1"))
    make_key()
    refuse_unsafe_start()
    kek(line("k2"))
    with pytest.raises(SystemExit, match="1"):
        refuse_unsafe_start()
    assert "Nothing was lost" in capsys.readouterr().err


def test_production_refuses_play_money_unless_told(settings, kek):
    kek(line("k1"))
    settings.ASTRA_ENVIRONMENT = "production"
    assert "play money" in unsafe_settings()
    assert "ASTRA_ALLOW_SANDBOX_IN_PRODUCTION" in unsafe_settings()
    settings.ASTRA_ALLOW_SANDBOX_IN_PRODUCTION = True
    assert unsafe_settings() == ""


@pytest.mark.parametrize("wrong", ["", "k1", "k1:short", "k1:!!!!", "a name that is too long:" + "A" * 44])
def test_production_refuses_keys_that_are_missing_or_malformed(settings, kek, wrong):
    kek(wrong)
    settings.ASTRA_ENVIRONMENT = "production"
    told = unsafe_settings()
    assert told.startswith("The keys cannot be read")
    assert "ASTRA_KEK" in told or "base64" in told.lower()


@pytest.mark.parametrize(
    ("program", "change", "word"),
    [
        ("web", {"ASTRA_KEK": ""}, "ASTRA_KEK"),
        ("prepare --check", {"ASTRA_ALLOW_SANDBOX_IN_PRODUCTION": "no"}, "play money"),
        ("worker", {"ASTRA_ENVIRONMENT": "prod"}, "must be one of"),
        ("supervisor", {"ASTRA_KEK": "k1:short"}, "keys cannot be read"),
    ],
)
def test_each_program_refuses_by_itself_in_one_line(home, program, change, word):
    done = astra(home, *program.split(), ASTRA_DATABASE_PORT="1", **{**PRODUCTION, **change})
    assert done.returncode == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "keys" / "kek").exists()  # production makes no key of its own


def test_production_s_settings_pass_django_s_own_checks(home):
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING", "--settings", "astra.core.project.settings"],
        cwd=ROOT,
        env=environment(home, **PRODUCTION),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_a_given_database_that_does_not_answer_is_told_without_its_password(home):
    done = astra(home, "prepare", DATABASE_URL="postgresql://admin:very-secret@127.0.0.1:1/astra")
    assert done.returncode == 1
    assert "Nothing was changed" in done.stderr
    assert "very-secret" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
