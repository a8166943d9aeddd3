"""What the payment provider tells us: kept once when it is signed, not at all when it is not, believed never."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from standardwebhooks import Webhook as Signer

from astra.core.foundation.inbox import InboxEvent
from astra.core.payments.sweeps import sweep_inbox
from astra.core.payments.tests.conftest import PRICE, Shop
from tests.support.provider import SECRET, Webhook, hand_over
from tests.support.queue import QueueInTest


def signed(body: bytes, *, event_id: str = "msg_test", at: datetime | None = None, secret: str = SECRET) -> Webhook:
    moment = at or datetime.now(tz=UTC)
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signer(secret).sign(event_id, moment, body.decode()),
    }
    return Webhook(headers, body)


def notice(shop: Shop, reference: object, **changes: object) -> bytes:
    data = {"id": "ch_x", "reference": str(reference), "status": "paid", "account": "acc", **changes}
    return json.dumps({"type": "charge.paid", "data": data}).encode()


def test_a_payment_is_told_kept_read_again_and_applied(shop: Shop, client: Client, queue: QueueInTest) -> None:
    charge = shop.charge()
    queue.forget()
    shop.provider.pay(charge.provider_id)
    (webhook,) = shop.provider.webhooks(1)
    assert hand_over(client, webhook) == 204
    assert queue.names() == ["payments.read_inbox"]
    assert shop.state(charge.id) == "pending", "nothing is applied while the provider waits for an answer"
    queue.run()
    assert (shop.state(charge.id), len(shop.office.applied)) == ("approved", 1)
    event = InboxEvent.objects.get()
    assert event.handled_at is not None
    assert (event.source, event.event_id) == ("payments.sandbox", webhook.headers["webhook-id"])


def test_duplicates_are_kept_once(shop: Shop, client: Client, queue: QueueInTest) -> None:
    shop.provider.knobs(duplicates=3)
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    webhooks = shop.provider.webhooks(4)
    assert [hand_over(client, webhook) for webhook in webhooks] == [204] * 4
    assert InboxEvent.objects.count() == 1
    queue.run()
    assert [hand_over(client, webhook) for webhook in webhooks] == [204] * 4
    queue.run()
    assert len(shop.office.applied) == 1
    assert shop.balance("provider_cash") == PRICE


def test_news_in_reverse_order_end_in_the_same_state(shop: Shop, client: Client, queue: QueueInTest) -> None:
    shop.provider.knobs(reorder=True)
    shop.office.verdict = lambda _: "parked"
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    shop.provider.take_back(charge.provider_id, shop.provider.charge(charge.provider_id)["payments"][0]["id"], PRICE)
    webhooks = shop.provider.webhooks(3)
    assert [json.loads(webhook.body)["type"] for webhook in webhooks] == ["charge.updated", "refund.updated", "charge.paid"]
    for webhook in webhooks:
        assert hand_over(client, webhook) == 204
        queue.run()
    assert shop.state(charge.id) == "refunded"
    assert [payment.refunded_minor for payment in shop.payments(charge)] == [PRICE]


def test_the_body_is_only_a_hint(shop: Shop, client: Client, queue: QueueInTest) -> None:
    charge = shop.charge()
    assert hand_over(client, signed(notice(shop, charge.id, paid_amount_minor=PRICE))) == 204
    queue.run()
    assert (shop.state(charge.id), shop.office.applied) == ("pending", [])


def test_news_of_a_charge_whose_id_we_do_not_know_yet_are_found_by_reference(shop: Shop, client: Client, queue: QueueInTest) -> None:
    from astra.core.payments.actions.send_charge import send_charge

    shop.provider.knobs(timeout_after_success=1)
    charge_id = shop.intend()
    queue.forget()
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "unknown"
    shop.provider.pay(shop.provider.charges(charge_id)[0]["id"])
    assert hand_over(client, shop.provider.webhooks(1)[0]) == 204
    queue.run()
    assert (shop.state(charge_id), len(shop.office.applied)) == ("approved", 1)


def test_news_of_nobodys_charge_are_kept_and_done_with(shop: Shop, client: Client, queue: QueueInTest) -> None:
    assert hand_over(client, signed(notice(shop, "somebody-elses"))) == 204
    queue.run()
    event = InboxEvent.objects.get()
    assert (event.handled_at is not None, event.error) == (True, "nobodys")


def test_names_keys_and_amounts_are_not_kept(shop: Shop, client: Client) -> None:
    body = json.dumps(
        {
            "type": "payout.updated",
            "data": {
                "id": "po_1",
                "reference": "r",
                "amount_minor": 700,
                "pix_key": {"kind": "email", "value": "lara@loja.example"},
                "holder": {"name": "Lara", "document": "52998224725"},
            },
        }
    ).encode()
    assert hand_over(client, signed(body)) == 204
    assert InboxEvent.objects.get().body == {"kind": "payout", "provider_id": "po_1", "reference": "r"}


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook_signature": ""},
        {"webhook_id": ""},
        {"webhook_timestamp": ""},
        {"webhook_signature": "v1,AAAA"},
        {"webhook_signature": "v1"},
        {"webhook_signature": "v2,AAAA"},
        {"webhook_signature": "v1,não é base64"},
        {"webhook_id": "msg_other"},
        {"webhook_timestamp": "nan"},
        {"webhook_timestamp": "99999999999999999999"},
    ],
)
def test_what_is_not_signed_is_refused_and_not_kept(shop: Shop, client: Client, queue: QueueInTest, changed: dict[str, str]) -> None:
    webhook = signed(notice(shop, "r"))
    assert hand_over(client, webhook, **changed) == 401
    assert InboxEvent.objects.count() == 0
    assert queue.names() == []


def test_a_changed_body_or_another_secret_is_refused(shop: Shop, client: Client) -> None:
    webhook = signed(notice(shop, "r"))
    for position in range(0, len(webhook.body), 7):
        bent = bytearray(webhook.body)
        bent[position] ^= 1
        assert hand_over(client, Webhook(webhook.headers, bytes(bent))) == 401
    assert hand_over(client, signed(webhook.body, secret="whsec_YW5vdGhlci1zZWNyZXQtMDAwMDAwMDAwMDA=")) == 401
    assert InboxEvent.objects.count() == 0


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_message_is_refused(shop: Shop, client: Client, minutes: int) -> None:
    assert hand_over(client, signed(notice(shop, "r"), at=datetime.now(tz=UTC) + timedelta(minutes=minutes))) == 401
    assert InboxEvent.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"type": 1, "data": {}}', b'{"type": "charge.paid", "data": 1}', b"\xff\xfe"])
def test_a_signed_body_that_is_no_notice_is_refused(shop: Shop, client: Client, body: bytes) -> None:
    moment = datetime.now(tz=UTC)
    headers = {"webhook-id": "m", "webhook-timestamp": str(int(moment.timestamp()))}
    text = body.decode("latin-1") if body == b"\xff\xfe" else body.decode()
    headers["webhook-signature"] = Signer(SECRET).sign("m", moment, text)
    assert hand_over(client, Webhook(headers, body)) in (400, 401)
    assert InboxEvent.objects.count() == 0


def test_a_huge_body_is_refused(shop: Shop, client: Client) -> None:
    assert hand_over(client, signed(b'{"type": "x", "data": {"reference": "' + b"0" * 70_000 + b'"}}')) == 413


def test_without_a_secret_there_is_no_such_address(shop: Shop, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    webhook = signed(notice(shop, "r"))
    settings.ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET = ""
    assert hand_over(client, webhook) == 404
    assert client.post("/webhooks/payments/nobody", data=b"{}", content_type="application/json").status_code == 404
    assert client.get("/webhooks/payments/sandbox").status_code == 405


def test_a_broken_secret_is_our_fault_not_the_senders(shop: Shop, settings) -> None:  # type: ignore[no-untyped-def]
    webhook = signed(notice(shop, "r"))
    settings.ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET = "whsec_"
    assert hand_over(Client(raise_request_exception=False), webhook) == 500


def test_an_error_of_the_database_is_answered_5xx_and_the_repetition_is_taken(
    shop: Shop, client: Client, queue: QueueInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from astra.core.payments.actions import accept_notice

    charge = shop.charge()
    queue.forget()
    shop.provider.pay(charge.provider_id)
    webhook = shop.provider.webhooks(1)[0]

    def fails(*_: object, **__: object) -> None:
        raise OperationalError("the database went away")

    with monkeypatch.context() as broken:
        broken.setattr(accept_notice, "enqueue", fails)  # after the insert: both or neither
        assert hand_over(client, webhook) == 503
    assert InboxEvent.objects.count() == 0
    assert hand_over(client, webhook) == 204
    queue.run()
    assert shop.state(charge.id) == "approved"


def test_any_other_error_is_answered_5xx(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from astra.core.payments.actions import accept_notice

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(accept_notice, "enqueue", fails)
    assert hand_over(Client(raise_request_exception=False), signed(notice(shop, "r"))) == 500
    assert InboxEvent.objects.count() == 0


def test_a_lost_job_is_found_by_the_sweep(shop: Shop, client: Client, queue: QueueInTest) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    hand_over(client, shop.provider.webhooks(1)[0])
    queue.forget()
    assert sweep_inbox() == 1
    assert sweep_inbox() == 0
    queue.run()
    assert shop.state(charge.id) == "approved"
    shop.clock.move(minutes=5)
    assert sweep_inbox() == 0


def test_a_provider_that_cannot_be_read_keeps_the_notice_open(shop: Shop, client: Client, queue: QueueInTest) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    hand_over(client, shop.provider.webhooks(1)[0])
    shop.provider.knobs(api_errors=2)
    queue.run("payments.read_inbox")
    event = InboxEvent.objects.get()
    assert (event.handled_at, event.attempts, event.error) == (None, 1, "provider_down")
    for seconds in (6, 11):
        shop.clock.move(seconds=seconds)
        assert sweep_inbox() == 1
        queue.run("payments.read_inbox")
    event.refresh_from_db()
    assert (event.handled_at is not None, event.attempts, event.error) == (True, 3, "")
    assert shop.state(charge.id) == "approved"


def test_a_payout_and_a_refund_are_told_too(shop: Shop, client: Client, queue: QueueInTest) -> None:
    from astra.core.payments.actions.request_refund import request_refund
    from astra.core.payments.actions.take_reading import take_reading
    from astra.core.payments.queries import payout_facts, refund_facts

    shop.provider.knobs(refund_outcome="pending", refund_delay_seconds=3600, payout_delay_seconds=3600)
    shop.office.verdict = lambda _: "parked"
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    refund_id = request_refund(seller_id=shop.seller.id, payment_id=shop.payments(charge)[0].id, amount_minor=PRICE, reason="test")
    payout_id = shop.wage()
    queue.run()
    shop.provider.settle("refunds", shop.provider.refunds(refund_id)[0]["id"], "settle")
    shop.provider.settle("payouts", shop.provider.payouts(payout_id)[0]["id"], "settle")
    for webhook in shop.provider.webhooks(4):
        assert hand_over(client, webhook) == 204
    queue.run()
    assert refund_facts(shop.seller.id, refund_id).state == "succeeded"
    assert payout_facts(shop.seller.id, payout_id).state == "paid"
