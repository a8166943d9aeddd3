"""Charges by card: approved, declined, and the holder's bank that asks back."""

import pytest

from astra.sandbox.payments.cards import CARDS, KnownCard
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
    assert (charge["kind"], charge["br_code"], charge["card"]) == ("card", None, {"tries": [], "next_action": None, "saved_card": None})
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


async def kept(provider: Provider, number: str) -> Json:
    """The card of this number, kept while it paid a charge."""
    charge = await provider.charge(kind="card", save_card=True, return_url="http://shop.example/plan")
    _, paid = await by_card(provider, charge, number)
    saved: Json = paid["card"]["saved_card"]
    return saved


async def test_a_kept_card_is_charged_without_its_holder_until_it_is_removed(provider: Provider) -> None:
    card = await kept(provider, APPROVED)
    assert "number" not in card
    assert (await provider.get(f"/v1/cards/{card['id']}"))["last4"] == "0014"
    again = await provider.charge(kind="card", card_id=card["id"])
    assert (again["status"], again["payments"][0]["payer"]["fingerprint"]) == ("paid", card["fingerprint"])
    await provider.knobs(saved_card_declines=1)
    declined = await provider.charge(kind="card", card_id=card["id"])
    assert (declined["status"], declined["card"]["tries"][0]["decline_code"]) == ("pending", "insufficient_limit")
    assert (await by_card(provider, declined, APPROVED))[1]["status"] == "paid"
    assert (await provider.call("POST", f"/v1/cards/{card['id']}/remove", {}))[0] == 200
    wanted = {"kind": "card", "amount_minor": 1, "currency": "BRL", "reference": "x", "card_id": card["id"]}
    before = len(provider.bank.state.charges)
    status, body = await provider.call("POST", "/v1/charges", wanted)
    assert (status, body["error"]["code"], len(provider.bank.state.charges)) == (404, "unknown_saved_card", before)


@pytest.mark.parametrize("card", [card for card in CARDS if card.declines_later], ids=lambda card: card.declines_later)
async def test_some_cards_pay_once_and_not_again(provider: Provider, card: KnownCard) -> None:
    saved = await kept(provider, card.number)
    again = await provider.charge(kind="card", card_id=saved["id"])
    assert (again["status"], again["card"]["tries"][-1]["decline_code"]) == ("pending", card.declines_later)


async def test_a_card_is_kept_only_if_the_shop_asked_and_the_holder_confirmed(provider: Provider) -> None:
    charge = await provider.charge(kind="card")
    assert (await by_card(provider, charge, APPROVED))[1]["card"]["saved_card"] is None
    asked = await provider.charge(kind="card", save_card=True)
    assert "guardar este cartão" in await see(provider, f"/pay/{asked['id']}")
    assert (await by_card(provider, asked, ASKS))[1]["card"]["saved_card"] is None
    assert (await answer(provider, asked, passed=True))[1]["card"]["saved_card"]["last4"] == "0022"


async def test_the_payers_page_leads_back_to_the_shop(provider: Provider) -> None:
    charge = await provider.charge(kind="card", return_url="http://shop.example/plan")
    await by_card(provider, charge, APPROVED)
    assert 'href="http://shop.example/plan"' in await see(provider, f"/pay/{charge['id']}")


@pytest.mark.parametrize(
    "fields",
    [{"kind": "pix", "save_card": True}, {"kind": "card", "save_card": "yes"}, {"kind": "card", "return_url": "javascript:alert(1)"}],
)
async def test_what_makes_no_sense_is_refused(provider: Provider, fields: Json) -> None:
    status, body = await provider.call("POST", "/v1/charges", {"amount_minor": 1, "currency": "BRL", "reference": "x", **fields})
    assert (status, body["error"]["code"]) == (422, "invalid_field")


async def test_a_payer_of_a_code_is_known_by_the_document(provider: Provider) -> None:
    one, other = await provider.charge(), await provider.charge(payer={"name": "Marina", "document": "529.982.247-25"})
    told = (await provider.pay(one["id"], payer_document="52998224725"))["payments"][0]["payer"]
    assert told == (await provider.pay(other["id"]))["payments"][0]["payer"]
    assert told["document"] == "52998224725"
