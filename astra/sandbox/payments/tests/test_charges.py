"""Making, paying, cancelling and expiring charges over the API."""

import asyncio

import pytest

from .provider import Provider


async def test_a_charge_has_the_fields_of_the_contract(provider: Provider) -> None:
    charge = await provider.charge(payer={"name": "Ana"})
    assert charge["id"].startswith("ch_")
    assert charge["account"].startswith("acc_")
    assert charge["pay_url"] == f"{provider.bank.base_url}/pay/{charge['id']}"
    assert f"/pix/{charge['id']}" in charge["br_code"]
    assert (charge["status"], charge["status_rank"], charge["paid_amount_minor"], charge["refunded_minor"]) == (
        "pending",
        0,
        None,
        0,
    )
    assert charge["end_to_end_id"] is None
    assert charge["fee_minor"] == 0
    assert charge["payments"] == []
    assert await provider.get(f"/v1/charges/{charge['id']}") == charge
    assert (await provider.get("/v1/charges?reference=order-1"))["data"] == [charge]
    assert (await provider.get("/v1/charges?reference=other"))["data"] == []


async def test_the_sandbox_finds_a_charge_by_its_code(provider: Provider) -> None:
    charge, other = await provider.charge(), await provider.charge()
    async with provider.client.get("/_sandbox/charges", params={"br_code": charge["br_code"]}) as answer:
        assert [c["id"] for c in (await answer.json())["data"]] == [charge["id"]] != [other["id"]]


async def test_paying_moves_money(provider: Provider) -> None:
    charge = await provider.charge()
    paid = await provider.pay(charge["id"])
    assert (paid["status"], paid["paid_amount_minor"]) == ("paid", 4990)
    assert paid["status_rank"] > charge["status_rank"]
    assert paid["updated_at"] > charge["updated_at"]
    assert len(paid["end_to_end_id"]) == 32
    assert paid["end_to_end_id"].isalnum()
    [line] = (await provider.get("/v1/statement"))["data"]
    assert (line["kind"], line["ref"], line["amount_minor"]) == ("charge", charge["id"], 4990)
    assert (await provider.get("/v1/account"))["balance_minor"] == 4990


async def test_a_code_paid_twice_has_two_payments_and_the_charge_speaks_of_the_first(provider: Provider) -> None:
    charge = await provider.charge()
    paid = await provider.pay(charge["id"], times=2)
    first, second = paid["payments"]
    assert first["id"] != second["id"]
    assert first["end_to_end_id"] != second["end_to_end_id"]
    assert paid["paid_amount_minor"] == 4990
    assert paid["end_to_end_id"] == first["end_to_end_id"]
    assert (await provider.get("/v1/account"))["balance_minor"] == 9980


@pytest.mark.parametrize("amount_minor", [1, 4989, 4991, 10_000])
async def test_another_amount_is_told_as_it_came(provider: Provider, amount_minor: int) -> None:
    paid = await provider.pay((await provider.charge())["id"], amount_minor=amount_minor)
    assert (paid["amount_minor"], paid["paid_amount_minor"], paid["status"]) == (4990, amount_minor, "paid")


async def test_a_charge_expires_by_itself_and_a_late_payment_still_arrives(provider: Provider) -> None:
    charge = await provider.charge(expires_in_seconds=60)
    await provider.clock(59)
    assert (await provider.get(f"/v1/charges/{charge['id']}"))["status"] == "pending"
    await provider.clock(61)
    expired = await provider.get(f"/v1/charges/{charge['id']}")
    late = await provider.pay(charge["id"])
    assert (expired["status"], late["status"]) == ("expired", "paid")
    assert charge["status_rank"] < expired["status_rank"] < late["status_rank"]
    assert late["paid_at"] > charge["expires_at"]


async def test_without_late_payment_an_expired_code_takes_nothing(provider: Provider) -> None:
    await provider.knobs(late_payment=False)
    charge = await provider.charge(expires_in_seconds=60)
    await provider.clock(61)
    status, body = await provider.call("POST", f"/_sandbox/charges/{charge['id']}/payment", {})
    assert (status, body["error"]["code"]) == (409, "charge_expired")


async def test_a_cancelled_code_takes_no_money_unless_told_so(provider: Provider) -> None:
    charge = await provider.charge()
    for _ in range(2):  # cancelling again changes nothing
        status, cancelled = await provider.call("POST", f"/v1/charges/{charge['id']}/cancel", {})
        assert (status, cancelled["status"]) == (200, "cancelled")
    status, body = await provider.call("POST", f"/_sandbox/charges/{charge['id']}/payment", {})
    assert (status, body["error"]["code"]) == (409, "charge_cancelled")
    await provider.knobs(pay_after_cancel=True)
    assert (await provider.pay(charge["id"]))["status"] == "paid"


async def test_an_expired_charge_can_be_closed_for_good(provider: Provider) -> None:
    charge = await provider.charge(expires_in_seconds=60)
    await provider.clock(61)
    _, cancelled = await provider.call("POST", f"/v1/charges/{charge['id']}/cancel", {})
    status, _ = await provider.call("POST", f"/_sandbox/charges/{charge['id']}/payment", {})
    assert (cancelled["status"], status) == ("cancelled", 409)


async def test_a_paid_charge_cannot_be_cancelled_and_the_refusal_shows_it(provider: Provider) -> None:
    charge = await provider.charge()
    await provider.pay(charge["id"])
    status, body = await provider.call("POST", f"/v1/charges/{charge['id']}/cancel", {})
    assert (status, body["error"]["code"]) == (409, "already_paid")
    assert body["error"]["charge"]["status"] == "paid"


async def test_of_a_payment_and_a_cancellation_at_once_exactly_one_wins(provider: Provider) -> None:
    for _ in range(10):
        charge = await provider.charge()
        (cancel, _), (pay, _) = await asyncio.gather(
            provider.call("POST", f"/v1/charges/{charge['id']}/cancel", {}),
            provider.call("POST", f"/_sandbox/charges/{charge['id']}/payment", {}),
        )
        assert sorted([cancel, pay]) == [200, 409]
        status = (await provider.get(f"/v1/charges/{charge['id']}"))["status"]
        assert status == ("cancelled" if cancel == 200 else "paid")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -5}, "amount_minor"),
        ({"amount_minor": 49.9}, "amount_minor"),
        ({"amount_minor": True}, "amount_minor"),
        ({"amount_minor": "4990"}, "amount_minor"),
        ({"currency": "USD"}, "currency"),
        ({"reference": ""}, "reference"),
        ({"reference": "x" * 65}, "reference"),
        ({"expires_in_seconds": 0}, "expires_in_seconds"),
        ({"payer": "Ana"}, "payer"),
        ({"payer": {"mail": "a"}}, "payer.mail"),
        ({"amount": 1}, "amount"),
    ],
)
async def test_bad_fields_are_named(provider: Provider, fields: dict[str, object], wrong: str) -> None:
    good = {"amount_minor": 1, "currency": "BRL", "reference": "r"}
    status, body = await provider.call("POST", "/v1/charges", {**good, **fields})
    assert (status, body["error"]["field"]) == (422, wrong)
    assert provider.bank.state.charges == {}


async def test_unknown_ids_and_routes_are_404_in_json(provider: Provider) -> None:
    for path in ("/v1/charges/ch_x", "/v1/refunds/re_x", "/v1/payouts/po_x", "/v1/statement?after=ln_x", "/v1/nothing"):
        status, body = await provider.call("GET", path)
        assert status == 404
        assert body["error"]["message"]
