"""Every knob is seen to bite."""

import asyncio
import json
import time

import aiohttp
import pytest

from astra.sandbox.payments.knobs import Knobs

from .provider import API_KEY, Provider, Receiver

CHARGE = {"amount_minor": 100, "currency": "BRL", "reference": "r", "expires_in_seconds": 60}


async def test_at_rest_everything_is_off(provider: Provider) -> None:
    assert await provider.get("/_sandbox/knobs") == Knobs().public()


async def test_duplicates_repeat_the_same_message(provider: Provider, receiver: Receiver) -> None:
    await provider.knobs(duplicates=2)
    await provider.pay((await provider.charge())["id"])
    await receiver.wait_for(3)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1


async def test_delay_keeps_it_back(provider: Provider, receiver: Receiver) -> None:
    await provider.knobs(delay_seconds=0.3)
    began = time.monotonic()
    await provider.pay((await provider.charge())["id"])
    await receiver.wait_for(1)
    assert time.monotonic() - began >= 0.3


async def test_reorder_tells_the_last_first(provider: Provider, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astra.sandbox.payments.courier.REORDER_WINDOW_SECONDS", 0.1)
    await provider.knobs(reorder=True)
    charge = await provider.charge()
    await provider.pay(charge["id"])
    await provider.refund(charge["id"], 4990)
    await receiver.wait_for(3)
    kinds = [json.loads(body)["type"] for _, body in receiver.got]
    assert kinds == ["charge.updated", "refund.updated", "charge.paid"]


async def test_loss_swallows_all_of_it(provider: Provider, receiver: Receiver) -> None:
    await provider.knobs(loss=1.0)
    await provider.pay((await provider.charge())["id"])
    await provider.knobs(loss=0.0)
    await provider.pay((await provider.charge())["id"])
    await receiver.wait_for(1)
    assert [entry["state"] for entry in (await provider.get("/_sandbox/webhooks"))["data"]] == ["lost", "delivered"]


async def test_the_same_seed_loses_the_same(provider: Provider) -> None:
    async def run(seed: int) -> list[str]:
        provider.bank.state.messages.clear()
        await provider.knobs(loss=0.5, seed=seed)
        await provider.pay((await provider.charge())["id"], times=10)
        await provider.pay((await provider.charge())["id"], times=10)
        return [message.state for message in provider.bank.state.messages.values()]

    first, other, again = await run(7), await run(8), await run(7)
    assert first == again != other
    assert 0 < first.count("lost") < 20


@pytest.mark.parametrize("difference", [-1, 1, -10_000])
async def test_wrong_amount_bends_what_the_payer_pays(provider: Provider, difference: int) -> None:
    await provider.knobs(wrong_amount_minor=difference)
    charge = await provider.charge()
    assert (await provider.pay(charge["id"]))["paid_amount_minor"] == max(1, 4990 + difference)
    assert (await provider.pay((await provider.charge())["id"], amount_minor=4990))["paid_amount_minor"] == 4990


async def test_timeout_after_success_does_it_and_says_504(provider: Provider) -> None:
    await provider.knobs(timeout_after_success=2)
    assert (await provider.call("POST", "/v1/charges", CHARGE, key="a"))[0] == 504
    assert (await provider.call("POST", "/v1/charges", CHARGE, key="a"))[0] == 504
    status, charge = await provider.call("POST", "/v1/charges", CHARGE, key="a")
    assert status == 201
    assert list(provider.bank.state.charges) == [charge["id"]]
    assert (await provider.get("/_sandbox/knobs"))["timeout_after_success"] == 0


async def test_an_answer_can_be_cut_off(provider: Provider) -> None:
    await provider.knobs(timeout_after_success=1, timeout_kind="cut")
    with pytest.raises(aiohttp.ClientConnectionError):
        await provider.call("POST", "/v1/charges", CHARGE)
    assert len(provider.bank.state.charges) == 1


async def test_an_answer_can_stay_away(provider: Provider) -> None:
    await provider.knobs(timeout_after_success=1, timeout_kind="hang")
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "k"}
    with pytest.raises(asyncio.TimeoutError):
        await provider.client.post("/v1/charges", json=CHARGE, headers=headers, timeout=aiohttp.ClientTimeout(total=0.2))
    assert len(provider.bank.state.charges) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_api_errors_refuse_and_do_nothing(provider: Provider, status: int) -> None:
    await provider.knobs(api_errors=2, api_error_status=status)
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "k"}
    async with provider.client.post("/v1/charges", json=CHARGE, headers=headers) as answer:
        assert (answer.status, answer.headers.get("Retry-After")) == (status, "1" if status == 429 else None)
    assert (await provider.call("GET", "/v1/account"))[0] == status
    assert provider.bank.state.charges == {}
    assert (await provider.call("POST", "/v1/charges", CHARGE, key="k"))[0] == 201


@pytest.mark.parametrize(
    "wanted",
    [
        {"loss": 1.5},
        {"loss": "half"},
        {"loss": float("nan")},
        {"duplicates": -1},
        {"duplicates": True},
        {"duplicates": 1.5},
        {"reorder": 1},
        {"payout_outcome": "maybe"},
        {"no_such_knob": 1},
    ],
)
async def test_a_bad_turn_turns_nothing(provider: Provider, wanted: dict[str, object]) -> None:
    status, body = await provider.call("PUT", "/_sandbox/knobs", {"delay_seconds": 5, **wanted})
    assert status == 422
    assert body["error"]["code"] in ("invalid_knob", "unknown_knob")
    assert await provider.get("/_sandbox/knobs") == Knobs().public()
