"""Health, readiness, metrics and what the log hides."""

import pytest

from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.telemetry.log import HIDDEN, redact
from astra.core.integrations.discord.shared_budget import count_refused


def test_health_and_readiness(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["checks"] == {"database": "ok", "migrations": "ok"}


def test_metrics_are_for_this_machine(client, db, settings):
    assert b"astra_orders" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    settings.ASTRA_METRICS_TOKEN = "word"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer word"}).status_code == 200


def test_whoever_watches_sees_how_near_the_address_is_to_a_ban(client, db):
    there = count_refused(7)  # those of tests that commit are there, too
    assert f"\nastra_discord_refused_calls {there}.0\n".encode() in client.get("/metrics").content


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("token", "abc"),
        ("detail", "Bot MTE4NjU0MzIxMDAwMDAwMDAw.GaBcDe.abcdefghijklmnopqrstuvwxyz012345"),
        ("url", "postgresql://astra:hunter2@127.0.0.1/x"),
        ("detail", "POST /webhooks/118654321000000000/aW50ZXJhY3Rpb246c2VjcmV0/messages/@original"),
        ("value", Secret("canary")),
    ],
)
def test_secrets_do_not_reach_the_log(name, value):
    shown = str(redact({name: value}))
    assert HIDDEN in shown
    for part in ("abcdefghijkl", "hunter2", "canary", "aW50ZXJhY3"):
        assert part not in shown


def test_a_log_line_stays_one_line():
    assert redact("one\r\nfake: line") == "one fake: line"
