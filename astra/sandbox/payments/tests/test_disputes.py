"""Disputes: the money leaves when one is opened and comes back when it is won."""

import json

import pytest

from .provider import Json, Provider, Receiver
from .test_pages import press, see


async def contested(provider: Provider, **fields: object) -> tuple[Json, Json]:
    charge = await provider.charge()
    await provider.pay(charge["id"])
    status, dispute = await provider.call("POST", f"/_sandbox/charges/{charge['id']}/disputes", fields)
    assert status == 200, dispute
    return charge, dispute


async def balance(provider: Provider) -> int:
    return int((await provider.get("/v1/account"))["balance_minor"])


async def test_a_dispute_takes_the_money_and_brings_it_back_when_won(provider: Provider, receiver: Receiver) -> None:
    charge, dispute = await contested(provider, reason="not_received")
    assert (dispute["kind"], dispute["status"], dispute["amount_minor"]) == ("med", "open", 4990)
    assert await balance(provider) == 0
    assert (await provider.refund(charge["id"], 1))[1]["error"]["code"] == "amount_exceeds_payment"
    status, answered = await provider.call("POST", f"/v1/disputes/{dispute['id']}/evidence", {"text": "Entregue às 14h."})
    assert (status, answered["status"], answered["evidence"]) == (200, "under_review", "Entregue às 14h.")
    status, won = await provider.call("POST", f"/_sandbox/disputes/{dispute['id']}/win", {})
    assert (status, won["status"]) == (200, "won")
    assert await balance(provider) == 4990
    lines = [(line["kind"], line["ref"], line["amount_minor"]) for line in (await provider.get("/v1/statement"))["data"]]
    assert lines == [("charge", charge["id"], 4990), ("dispute", dispute["id"], -4990), ("dispute", dispute["id"], 4990)]
    assert (await provider.refund(charge["id"], 4990))[0] == 201
    await receiver.wait_for(4)
    told = [json.loads(body)["type"] for _, body in receiver.got]
    assert [kind for kind in told if kind.startswith("dispute")] == ["dispute.opened", "dispute.updated", "dispute.updated"]


@pytest.mark.parametrize("route", ["/_sandbox/disputes/{}/lose", "/v1/disputes/{}/accept"])
async def test_a_lost_dispute_keeps_the_money_away(provider: Provider, route: str) -> None:
    charge, dispute = await contested(provider, amount_minor=1000)
    status, lost = await provider.call("POST", route.format(dispute["id"]), {})
    assert (status, lost["status"]) == (200, "lost")
    assert await balance(provider) == 3990
    assert (await provider.refund(charge["id"], 3991))[0] == 422
    assert (await provider.call("POST", f"/_sandbox/disputes/{dispute['id']}/win", {}))[1]["error"]["code"] == "wrong_status"
    assert (await provider.get(f"/v1/charges/{charge['id']}"))["payments"][0]["disputed_minor"] == 1000


async def test_silence_loses_and_evidence_does_not(provider: Provider) -> None:
    _, silent = await contested(provider)
    _, answered = await contested(provider)
    await provider.call("POST", f"/v1/disputes/{answered['id']}/evidence", {"text": "x"})
    await provider.clock(7 * 86_400 + 1)
    found = {one["id"]: one["status"] for one in (await provider.get("/v1/disputes"))["data"]}
    assert found == {silent["id"]: "lost", answered["id"]: "under_review"}
    assert [one["id"] for one in (await provider.get(f"/v1/disputes?charge_id={silent['charge_id']}"))["data"]] == [silent["id"]]


async def test_the_balance_may_fall_below_zero(provider: Provider) -> None:
    await provider.knobs(payout_delay_seconds=0)
    charge = await provider.charge()
    await provider.pay(charge["id"])
    _, payout = await provider.payout(4990)
    await provider.until(f"/v1/payouts/{payout['id']}", "paid")
    await provider.call("POST", f"/_sandbox/charges/{charge['id']}/disputes", {})
    assert await balance(provider) == -4990


async def test_what_cannot_be_contested_is_refused(provider: Provider) -> None:
    unpaid = await provider.charge()

    async def contest(charge_id: str, **fields: object) -> object:
        status, body = await provider.call("POST", f"/_sandbox/charges/{charge_id}/disputes", fields)
        return status, body["error"]["code"]

    assert await contest(unpaid["id"]) == (409, "not_paid")
    charge, _ = await contested(provider)
    assert await contest(charge["id"]) == (422, "amount_exceeds_payment")
    assert await contest(charge["id"], reason="mood") == (422, "invalid_field")
    assert await contest(charge["id"], payment_id="x") == (404, "unknown_payment")
    assert (await provider.call("GET", "/v1/disputes/x"))[1]["error"]["code"] == "unknown_dispute"


async def test_a_dispute_is_opened_and_decided_in_the_panel(provider: Provider) -> None:
    charge = await provider.charge()
    payment = (await provider.pay(charge["id"]))["payments"][0]["id"]
    page = f"/charges/{charge['id']}"
    assert "Abrir uma contestação" in await see(provider, page)
    assert await press(provider, page, action="dispute", back=payment) == (303, page)
    assert "Aguardando a loja" in await see(provider, page)
    dispute = next(iter(provider.bank.state.disputes))
    assert await press(provider, f"/disputes/{dispute}", action="lose", back=page) == (303, page)
    assert "A loja perdeu" in await see(provider, page)
