"""Charges by card: approved, declined, and the holder's bank that asks back."""

import pytest

from astra.sandbox.payments.cards import CARDS
from astra.sandbox.payments.charge import CHALLENGE

from .provider import Json, Provider, Receiver
from .test_pages import press, see

APPROVED, ASKS, DECLINED = (card.number for card in CARDS[:3])


async def by_card(provider: Provider, charge: Json, number: str) -> tuple[int, Json]:
    return await provider.call("POST", f"/_sandbox/charges/{charge['id']}/card", {"number": number})


async def answer(provider: Provider, charge: Json, passed: object) -> tuple[int, Json]:
    return await provider.call("POST", f"/_sandbox/charges/{charge['id']}/challenge", {"passed": passed})


async def test_an_approved_card_pays_once(provider: Provider, receiver: Receiver) -> None:
    charge = await provider.charge(kind="card")
    assert (charge["kind"], charge["br_code"], charge["card"]) == ("card", None, {"tries": [], "next_action": None})
    status, paid = await by_card(provider, charge, APPROVED)
    assert (status, paid["status"], paid["paid_amount_minor"]) == (200, "paid", 4990)
    await receiver.wait_for(1)
    assert b'"charge.paid"' in receiver.got[0][1]
    status, body = await by_card(provider, charge, APPROVED)
    assert (status, body["error"]["code"]) == (409, "charge_paid")
    status, body = await provider.call("POST", f"/_sandbox/charges/{charge['id']}/payment", {})
    assert (status, body["error"]["code"]) == (409, "charge_paid")
    assert len(provider.bank.state.lines) == 1


async def test_a_declined_card_leaves_the_charge_open_for_another(provider: Provider) -> None:
    charge = await provider.charge(kind="card")
    _, tried = await by_card(provider, charge, DECLINED)
    assert tried["status"] == "pending"
    assert [(one["outcome"], one["decline_code"]) for one in tried["card"]["tries"]] == [("declined", "do_not_honor")]
    assert tried["updated_at"] > charge["updated_at"]
    assert (await by_card(provider, charge, APPROVED))[1]["status"] == "paid"


async def test_a_challenge_is_passed_or_failed(provider: Provider) -> None:
    charge = await provider.charge(kind="card")
    _, asked = await by_card(provider, charge, ASKS)
    assert (asked["status"], asked["card"]["next_action"]["type"]) == ("pending", "three_d_secure")
    assert asked["card"]["next_action"]["url"].endswith(f"/pay/{charge['id']}/challenge")
    _, failed = await answer(provider, charge, passed=False)
    assert (failed["status"], failed["card"]["next_action"]) == ("pending", None)
    assert failed["card"]["tries"][0]["decline_code"] == "authentication_failed"
    assert (await answer(provider, charge, passed=True))[1]["error"]["code"] == "no_challenge"
    await by_card(provider, charge, ASKS)
    assert (await answer(provider, charge, passed=True))[1]["status"] == "paid"


async def test_a_challenge_ends_with_the_charge_or_with_another_card(provider: Provider) -> None:
    charge, other = await provider.charge(kind="card", expires_in_seconds=60), await provider.charge(kind="card")
    await by_card(provider, charge, ASKS)
    await by_card(provider, other, ASKS)
    assert [one["outcome"] for one in (await by_card(provider, other, ASKS))[1]["card"]["tries"]] == ["failed", CHALLENGE]
    await provider.clock(61)
    status, body = await answer(provider, charge, passed=True)
    assert (status, body["error"]["code"]) == (409, "charge_expired")
    assert (await provider.get(f"/v1/charges/{charge['id']}"))["card"]["next_action"] is None


@pytest.mark.parametrize(("number", "code"), [("4111", "unknown_card"), ("", "invalid_field")])
async def test_other_numbers_are_refused(provider: Provider, number: str, code: str) -> None:
    charge = await provider.charge(kind="card")
    status, body = await by_card(provider, charge, number)
    assert (status, body["error"]["code"]) == (422, code)


async def test_a_pix_charge_takes_no_card_and_a_card_charge_has_no_code(provider: Provider) -> None:
    pix, card = await provider.charge(), await provider.charge(kind="card")
    assert (await by_card(provider, pix, APPROVED))[1]["error"]["code"] == "not_a_card_charge"
    assert "card" not in pix
    assert (await provider.client.get(f"/pay/{card['id']}/qr.svg")).status == 404
    assert (await provider.call("POST", "/v1/charges", {"amount_minor": 1, "currency": "BRL", "reference": "x", "kind": "boleto"}))[
        0
    ] == 422


async def test_the_payer_goes_through_the_pages(provider: Provider) -> None:
    charge = await provider.charge(kind="card")
    page = f"/pay/{charge['id']}"
    assert "Qual cartão de teste vai pagar?" in await see(provider, page)
    assert await press(provider, page + "/card", number=DECLINED) == (303, page)
    assert "Recusado" in await see(provider, page)
    assert await press(provider, page + "/card", number=ASKS) == (303, page + "/challenge")
    assert "Esta compra é sua?" in await see(provider, page + "/challenge")
    assert "O banco do titular aguarda uma resposta." in await see(provider, page)
    assert await press(provider, page + "/challenge", action="no") == (303, page)
    assert "Não confirmado" in await see(provider, page)
    await press(provider, page + "/card", number=ASKS)
    assert await press(provider, page + "/challenge", action="yes") == (303, page)
    assert "Pagamento confirmado" in await see(provider, page)
    assert (await press(provider, page + "/card", number=APPROVED))[0] == 409
    assert (await press(provider, page + "/challenge", action="?"))[0] == 422


def test_the_test_numbers_pass_the_check_digit() -> None:
    for card in CARDS:
        doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(card.number))]
        assert sum(value - 9 * (value > 9) for value in doubled) % 10 == 0, card.number
