"""Refunds and payouts: never more than there is, every outcome, the statement line by line."""

import asyncio

import pytest

from .provider import Json, Provider


async def paid_charge(provider: Provider, **how: object) -> Json:
    return await provider.pay((await provider.charge())["id"], **how)


async def test_a_part_and_then_the_rest_goes_back(provider: Provider) -> None:
    charge = await paid_charge(provider)
    status, refund = await provider.refund(charge["id"], 1000)
    assert (status, refund["status"], refund["charge_id"]) == (201, "succeeded", charge["id"])
    assert len(refund["return_id"]) == 32
    partly = await provider.get(f"/v1/charges/{charge['id']}")
    assert (partly["status"], partly["refunded_minor"]) == ("partially_refunded", 1000)
    await provider.refund(charge["id"], 3990)
    wholly = await provider.get(f"/v1/charges/{charge['id']}")
    assert (wholly["status"], wholly["refunded_minor"]) == ("refunded", 4990)
    assert charge["status_rank"] < partly["status_rank"] < wholly["status_rank"]
    kinds = [(line["kind"], line["amount_minor"]) for line in (await provider.get("/v1/statement"))["data"]]
    assert kinds == [("charge", 4990), ("refund", -1000), ("refund", -3990)]
    assert await provider.get(f"/v1/refunds/{refund['id']}") == refund
    assert (await provider.get("/v1/refunds?reference=refund-1"))["data"][0] == refund


async def test_more_than_was_paid_never_goes_back(provider: Provider) -> None:
    charge = await paid_charge(provider)
    await paid_charge(provider)  # money of another payer lies in the account: it must not be given away
    status, body = await provider.refund(charge["id"], 4991)
    assert (status, body["error"]["code"], body["error"]["refundable_minor"]) == (422, "amount_exceeds_payment", 4990)
    answers = await asyncio.gather(*(provider.refund(charge["id"], 2000) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [201, 201, 422, 422, 422]


async def test_a_pending_refund_counts_before_it_settles(provider: Provider) -> None:
    await provider.knobs(refund_outcome="pending", refund_delay_seconds=3600)
    charge = await paid_charge(provider)
    await paid_charge(provider)
    _, refund = await provider.refund(charge["id"], 4000)
    assert refund["status"] == "pending"
    assert (await provider.get("/v1/account"))["held_minor"] == 4000
    assert (await provider.refund(charge["id"], 991))[0] == 422
    await provider.clock(3601)
    assert (await provider.get(f"/v1/refunds/{refund['id']}"))["status"] == "succeeded"
    assert (await provider.get(f"/v1/charges/{charge['id']}"))["refunded_minor"] == 4000


async def test_a_failed_refund_moves_nothing_and_may_be_tried_again(provider: Provider) -> None:
    charge = await paid_charge(provider)
    await provider.knobs(refund_outcome="failed")
    _, refund = await provider.refund(charge["id"], 4990)
    assert (refund["status"], refund["failure_code"]) == ("failed", "payer_account_closed")
    assert (await provider.get(f"/v1/charges/{charge['id']}"))["status"] == "paid"
    await provider.knobs(refund_outcome="succeeded")
    assert (await provider.refund(charge["id"], 4990))[1]["status"] == "succeeded"


async def test_a_second_payment_goes_back_by_its_own_name_and_the_charge_stays_paid(provider: Provider) -> None:
    charge = await paid_charge(provider, times=2)
    second = charge["payments"][1]["id"]
    _, refund = await provider.refund(charge["id"], 4990, payment_id=second)
    assert (refund["status"], refund["payment_id"]) == ("succeeded", second)
    after = await provider.get(f"/v1/charges/{charge['id']}")
    assert (after["status"], after["refunded_minor"]) == ("paid", 0)
    assert [p["refunded_minor"] for p in after["payments"]] == [0, 4990]
    assert (await provider.refund(charge["id"], 1, payment_id=second))[0] == 422
    assert (await provider.refund(charge["id"], 1, payment_id="pay_x"))[0] == 404


async def test_nothing_goes_back_from_an_unpaid_charge(provider: Provider) -> None:
    status, body = await provider.refund((await provider.charge())["id"], 1)
    assert (status, body["error"]["code"]) == (409, "not_paid")


async def test_a_payout_settles_by_itself(provider: Provider) -> None:
    await provider.knobs(payout_delay_seconds=0.05)
    await paid_charge(provider)
    status, payout = await provider.payout(4000)
    assert (status, payout["status"], payout["end_to_end_id"]) == (201, "processing", None)
    account = await provider.get("/v1/account")
    assert (account["balance_minor"], account["held_minor"]) == (4990, 4000)
    done = await provider.until(f"/v1/payouts/{payout['id']}", "paid")
    assert len(done["end_to_end_id"]) == 32
    assert done["status_rank"] > payout["status_rank"]
    assert (await provider.get("/v1/account"))["balance_minor"] == 990
    assert (await provider.get("/v1/payouts?reference=payout-1"))["data"] == [done]


async def test_money_that_is_promised_cannot_be_promised_again(provider: Provider) -> None:
    await provider.knobs(payout_delay_seconds=3600)
    charge = await paid_charge(provider)
    await provider.payout(4000)
    status, body = await provider.payout(991)
    assert (status, body["error"]["code"], body["error"]["free_minor"]) == (422, "insufficient_balance", 990)
    assert (await provider.refund(charge["id"], 991))[1]["error"]["code"] == "insufficient_balance"
    assert (await provider.payout(990))[0] == 201


async def test_a_payout_that_fails_leaves_no_line_and_frees_the_money(provider: Provider) -> None:
    await provider.knobs(payout_delay_seconds=0, payout_outcome="failed", payout_fee_minor=50)
    await paid_charge(provider)
    _, payout = await provider.payout(4000)
    failed = await provider.until(f"/v1/payouts/{payout['id']}", "failed")
    assert (failed["failure_code"], failed["fee_minor"]) == ("receiver_refused", 0)
    assert [line["kind"] for line in (await provider.get("/v1/statement"))["data"]] == ["charge"]
    assert (await provider.get("/v1/account"))["held_minor"] == 0


async def test_a_payout_that_comes_back_shows_both_ways(provider: Provider) -> None:
    await provider.knobs(payout_delay_seconds=0.05, payout_outcome="returned", payout_fee_minor=50)
    await paid_charge(provider)
    _, payout = await provider.payout(4000)
    await provider.until(f"/v1/payouts/{payout['id']}", "paid")
    back = await provider.until(f"/v1/payouts/{payout['id']}", "returned")
    assert back["failure_code"] == "receiver_returned"
    lines = [(line["kind"], line["amount_minor"]) for line in (await provider.get("/v1/statement"))["data"]]
    assert lines == [("charge", 4990), ("payout", -4000), ("fee", -50), ("payout", 4000)]


async def test_an_unknown_outcome_is_found_again_by_reference(provider: Provider) -> None:
    await provider.knobs(payout_outcome="unknown", payout_delay_seconds=0.05)
    await paid_charge(provider)
    status, body = await provider.payout(4000)
    assert (status, body["error"]["code"]) == (504, "timeout")
    [payout] = (await provider.get("/v1/payouts?reference=payout-1"))["data"]
    assert (await provider.until(f"/v1/payouts/{payout['id']}", "paid"))["amount_minor"] == 4000


async def test_an_unknown_outcome_asked_again_with_its_key_is_not_sent_twice(provider: Provider) -> None:
    await provider.knobs(payout_outcome="unknown")
    await paid_charge(provider)
    body = {
        "amount_minor": 1000,
        "currency": "BRL",
        "reference": "p",
        "pix_key": {"kind": "email", "value": "ana@example.com"},
        "holder": {"name": "Ana", "document": "52998224725"},
    }
    first, again = [await provider.call("POST", "/v1/payouts", body, key="k") for _ in range(2)]
    assert (first[0], again[0]) == (504, 201)
    assert list(provider.bank.state.payouts) == [again[1]["id"]]


async def test_payouts_settle_fail_and_return_by_hand(provider: Provider) -> None:
    await provider.knobs(payout_delay_seconds=3600)
    await paid_charge(provider)
    (_, first), (_, second) = await provider.payout(1000), await provider.payout(2000)

    async def press(payout_id: str, button: str) -> tuple[int, str]:
        status, body = await provider.call("POST", f"/_sandbox/payouts/{payout_id}/{button}", {})
        return status, body.get("status", "")

    assert await press(first["id"], "return") == (409, "")
    assert await press(first["id"], "settle") == (200, "paid")
    assert await press(first["id"], "fail") == (409, "")
    assert await press(first["id"], "return") == (200, "returned")
    assert await press(second["id"], "fail") == (200, "failed")
    assert (await provider.get("/v1/account"))["balance_minor"] == 4990


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("cpf", "11111111111"),
        ("cpf", "529.982.247-25"),
        ("cnpj", "12345678000100"),
        ("email", "ana"),
        ("phone", "11999999999"),
        ("random", "123E4567-E12B-12D1-A456-426655440000"),
        ("iban", "x"),
    ],
)
async def test_what_is_no_key_is_refused(provider: Provider, kind: str, value: str) -> None:
    await paid_charge(provider)
    status, body = await provider.payout(100, pix_key={"kind": kind, "value": value})
    assert (status, body["error"]["code"]) == (422, "invalid_pix_key")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("cnpj", "12ABC34501DE35"),
        ("email", "ana@example.com"),
        ("phone", "+5511999999999"),
        ("random", "123e4567-e12b-12d1-a456-426655440000"),
    ],
)
async def test_the_other_kinds_of_key_are_taken(provider: Provider, kind: str, value: str) -> None:
    await paid_charge(provider)
    holder = {"name": "Ana", "document": "12.ABC.345/01DE-35"}
    assert (await provider.payout(100, pix_key={"kind": kind, "value": value}, holder=holder))[0] == 201


async def test_a_key_of_somebody_else_fails(provider: Provider) -> None:
    await provider.knobs(payout_delay_seconds=0.05)
    await paid_charge(provider)
    _, payout = await provider.payout(100, holder={"name": "Bia", "document": "11144477735"})
    assert payout["failure_code"] is None  # not known yet
    failed = await provider.until(f"/v1/payouts/{payout['id']}", "failed")
    assert failed["failure_code"] == "holder_mismatch"


async def test_fees_are_taken_by_line(provider: Provider) -> None:
    await provider.knobs(charge_fee_basis_points=99, payout_fee_minor=50, payout_delay_seconds=0.01)
    charge = await paid_charge(provider)
    assert charge["fee_minor"] == 49  # 0,99 % of 49,90 is 49,401 centavos
    assert (await provider.payout(4990 - 49 - 49))[0] == 422  # one centavo short of amount and fee
    _, payout = await provider.payout(4990 - 49 - 50)
    await provider.until(f"/v1/payouts/{payout['id']}", "paid")
    assert (await provider.get("/v1/account"))["balance_minor"] == 0
    fees = [line for line in (await provider.get("/v1/statement"))["data"] if line["kind"] == "fee"]
    assert [(line["ref"], line["amount_minor"]) for line in fees] == [(charge["id"], -49), (payout["id"], -50)]


async def test_the_statement_is_read_on_from_a_line(provider: Provider) -> None:
    for _ in range(5):
        await paid_charge(provider)
    whole = await provider.get("/v1/statement")
    assert whole["has_more"] is False
    read: list[object] = []
    page = await provider.get("/v1/statement?limit=2")
    while page["data"]:
        read += page["data"]
        page = await provider.get(f"/v1/statement?limit=2&after={page['data'][-1]['line_id']}")
    assert read == whole["data"]
    assert len(read) == 5
    assert (await provider.call("GET", "/v1/statement?limit=0"))[0] == 422


async def test_a_deposit_opens_the_account(provider: Provider) -> None:
    assert (await provider.payout(100))[0] == 422
    await provider.call("POST", "/_sandbox/account/deposits", {"amount_minor": 100})
    assert (await provider.payout(100))[0] == 201
