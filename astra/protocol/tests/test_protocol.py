"""Every message has an example that both sides read; what is not of the protocol is refused."""

import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import astra.protocol
from astra.protocol import messages, signing
from astra.protocol.endings import REASONS, reason_of
from astra.protocol.messages import Message
from astra.protocol.parse import BadMessage

FOLDER = Path(astra.protocol.__file__).parent / "examples"
KINDS = {re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in Message.__subclasses__()}
# What a bot that was started before the field existed does not say.
MAY_BE_MISSING = {("heartbeat", "pulse"), ("heartbeat_answer", "careful_seconds"), ("heartbeat_answer", "quiet_seconds")}


def example(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_every_message_has_its_example():
    assert sorted(KINDS) == sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_an_example_reads_and_writes_back_the_same(name):
    assert KINDS[name].read(example(name)).json() == example(name)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_newer_side_may_say_more(name):
    assert KINDS[name].read({**example(name), "tomorrow": [1]}).json() == example(name)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"refusal"}))
def test_a_missing_or_foreign_field_is_refused(name):
    given = example(name)
    for field in given:
        if (name, field) in MAY_BE_MISSING:
            assert KINDS[name].read({key: value for key, value in given.items() if key != field})
            continue
        for wrong in (None, [], {}, 1.5, True, 7 if isinstance(given[field], str) else "7"):
            with pytest.raises(BadMessage):
                KINDS[name].read({**given, field: wrong})
        with pytest.raises(BadMessage):
            KINDS[name].read({key: value for key, value in given.items() if key != field})
    for body in (None, [], "x", 1):
        with pytest.raises(BadMessage):
            KINDS[name].read(body)


def test_a_refusal_reads_from_anything():
    for body in (None, [], "x", {}, {"error": 1, "now": True}):
        assert messages.Refusal.read(body) == messages.Refusal("", 0)


@pytest.mark.parametrize(("name", "field"), [("session_request", "ticket"), ("session_answer", "bot_token")])
def test_secrets_are_not_in_the_repr(name, field):
    assert example(name)[field] not in repr(KINDS[name].read(example(name)))


def test_base64_goes_there_and_back_and_refuses_the_rest():
    for raw in (b"", b"a", b"ab", b"abc", bytes(range(256))):
        assert signing.decode(signing.encode(raw)) == raw
    for wrong in ("a", "a b", "é", "a+b/", "A" * 5000):
        with pytest.raises(ValueError):
            signing.decode(wrong)


def test_a_signature_covers_every_part():
    key = Ed25519PrivateKey.generate()
    public = signing.encode(key.public_key().public_bytes_raw())
    parts = {"session_id": "s", "stamp": 1, "method": "POST", "path": "/a", "body": b"x"}
    signature = signing.sign_request(key, **parts)[signing.SIGNATURE_HEADER]
    assert signing.is_signed_by(public, signature, signing.request_text(**parts))
    for part, other in {"session_id": "t", "stamp": 2, "method": "GET", "path": "/b", "body": b"y"}.items():
        assert not signing.is_signed_by(public, signature, signing.request_text(**{**parts, part: other}))


def test_a_request_is_never_taken_for_an_opening():
    assert not signing.opening_text(ticket="t", public_key="k").startswith(signing.REQUEST_PREFIX.encode())


def test_headers_are_found_whatever_their_case():
    assert signing.header({"astra-session": "1"}, signing.SESSION_HEADER) == "1"
    assert signing.header({}, signing.SESSION_HEADER) == ""


def test_every_exit_code_has_one_word():
    assert len(set(REASONS.values())) == len(REASONS)
    assert (reason_of(21), reason_of(-9), reason_of(None), reason_of(77)) == (
        "token_invalid", "process_killed", "process_ended", "process_ended",
    )  # fmt: skip


def test_a_core_of_before_silences_nobody_and_none_may_for_long():
    told = example("heartbeat_answer")
    before = {name: told[name] for name in ("wanted_state", "presence_text", "now")}
    assert (KINDS["heartbeat_answer"].read(before).careful_seconds, KINDS["heartbeat_answer"].read(before).quiet_seconds) == (0, 0)
    for name in ("careful_seconds", "quiet_seconds"):
        for wrong in (None, "60", True, 1.5, -1, messages.LONGEST_QUIET_SECONDS + 1):
            with pytest.raises(BadMessage):
                KINDS["heartbeat_answer"].read({**told, name: wrong})


def test_a_pulse_is_bounded_and_strict():
    told = example("heartbeat")
    for wrong in (
        [],
        7,
        {"answers": -1},
        {**told["pulse"], "answers": 2**31},
        {**told["pulse"], "lines": [1]},
        {**told["pulse"], "lines": ["\x00"]},
    ):
        with pytest.raises(BadMessage):
            messages.Heartbeat.read({**told, "pulse": wrong})
    many = messages.Heartbeat.read({**told, "pulse": {**told["pulse"], "lines": ["x" * 9000] * 9000}})
    assert (len(many.pulse.lines), len(many.pulse.lines[0])) == (messages.MOST_LINES, messages.LONGEST_LINE)
