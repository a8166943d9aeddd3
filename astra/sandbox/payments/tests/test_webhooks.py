"""Webhooks: who signs them, how long they are tried, and every way in which they are spoiled."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from astra.sandbox.payments.message import Message

from .provider import SECRET, Json, Provider, Receiver, seen


async def log(provider: Provider) -> list[Json]:
    return list((await provider.get("/_sandbox/webhooks"))["data"])


async def test_a_payment_is_told_signed_and_the_library_agrees(provider: Provider, receiver: Receiver) -> None:
    charge = await provider.charge()
    await provider.pay(charge["id"])
    await receiver.wait_for(1)
    headers, body = receiver.got[0]
    event = Webhook(SECRET).verify(body, headers)
    assert event["type"] == "charge.paid"
    assert event["timestamp"]
    assert event["data"] == await provider.get(f"/v1/charges/{charge['id']}")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"4990", b"1990"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(b"another secret of some length").decode()).verify(body, headers)


async def test_the_signature_is_the_one_made_by_hand(provider: Provider) -> None:
    at = datetime(2021, 2, 25, 1, 9, 57, tzinfo=UTC)
    message = Message("wh_1", "msg_p5jXN8AQM9LWM0D4loKWxJek", 0, "t", "ch_1", '{"test": 2432232314}', "waiting", at)
    headers = provider.bank.courier.headers(message, at)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614215397.{"test": 2432232314}'
    by_hand = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614215397")
    assert headers["webhook-signature"] == by_hand


async def test_the_signed_time_is_real_time_even_when_the_clock_is_moved(provider: Provider, receiver: Receiver) -> None:
    await provider.clock(8 * 86_400)
    charge = await provider.charge()
    await provider.pay(charge["id"])
    await receiver.wait_for(1)
    headers, body = receiver.got[0]
    event = Webhook(SECRET).verify(body, headers)  # refuses what is more than five minutes off
    told = datetime.fromisoformat(event["timestamp"])
    assert (told - datetime.now(tz=UTC)).days == 7


async def test_every_change_is_told_by_its_name(provider: Provider, receiver: Receiver) -> None:
    await provider.knobs(payout_delay_seconds=0.01)
    first, second, third = [await provider.charge(expires_in_seconds=60) for _ in range(3)]
    await provider.pay(first["id"], times=2)
    await provider.refund(first["id"], 4990)
    await provider.call("POST", f"/v1/charges/{second['id']}/cancel", {})
    await provider.payout(100)
    await receiver.wait_for(6)
    await provider.clock(61)
    await receiver.wait_for(7)
    told = [(event["type"], event["data"]["id"]) for event in (json.loads(body) for _, body in receiver.got)]
    [refund], [payout] = provider.bank.state.refunds, provider.bank.state.payouts
    assert sorted(told) == sorted(
        [
            ("charge.paid", first["id"]),
            ("charge.paid", first["id"]),
            ("refund.updated", refund),
            ("charge.updated", first["id"]),
            ("charge.updated", second["id"]),
            ("payout.updated", payout),
            ("charge.updated", third["id"]),
        ]
    )


async def test_it_is_tried_until_somebody_says_yes(provider: Provider, receiver: Receiver) -> None:
    receiver.plan = [500, 302]
    await provider.pay((await provider.charge())["id"])
    await receiver.wait_for(3)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1
    [entry] = await log(provider)
    assert entry["state"] == "delivered"
    assert [attempt["status"] for attempt in entry["attempts"]] == [500, 302, 204]


async def test_it_is_given_up_after_the_last_try_and_can_be_sent_again(provider: Provider, receiver: Receiver) -> None:
    receiver.plan = [500] * 4
    await provider.pay((await provider.charge())["id"])
    await receiver.wait_for(4)
    [entry] = await log(provider)
    assert (entry["state"], entry["next_attempt_at"]) == ("given_up", None)
    status, _ = await provider.call("POST", f"/_sandbox/webhooks/{entry['id']}/resend", {})
    await receiver.wait_for(5)
    assert status == 200
    assert (await log(provider))[0]["state"] == "delivered"


async def test_a_receiver_that_is_away_is_an_error_in_the_log(provider: Provider) -> None:
    await provider.call("PUT", "/_sandbox/webhook", {"url": "http://127.0.0.1:9/hook"})
    await provider.pay((await provider.charge())["id"])
    [message] = provider.bank.state.messages.values()
    await seen(lambda: len(message.attempts) >= 2)
    assert message.attempts[0].status is None
    assert "ClientConnectorError" in (message.attempts[0].error or "")


async def test_without_an_address_it_waits_in_the_log(provider: Provider) -> None:
    await provider.pay((await provider.charge())["id"])
    [entry] = await log(provider)
    assert (entry["state"], entry["attempts"]) == ("no_address", [])
    assert (await provider.call("POST", f"/_sandbox/webhooks/{entry['id']}/resend", {}))[0] == 409
    for url in ("ftp://x/", "nonsense", "http://"):
        assert (await provider.call("PUT", "/_sandbox/webhook", {"url": url}))[0] == 422
