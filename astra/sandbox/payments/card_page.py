"""The payer's page of a charge by card: test cards, and the holder's bank that asks back."""

from __future__ import annotations

from aiohttp import web

from .bank import Bank
from .cards import CARDS
from .charge import Charge
from .page import Html, answer, attributes, join, render
from .refusal import Refusal
from .speech import Speech
from .status_words import CARD, status

DECLINES = {
    "do_not_honor": "the bank refused it",
    "insufficient_limit": "no limit left",
    "expired_card": "the card has expired",
    "authentication_failed": "the holder said no",
    "authentication_required": "the bank wants to ask the holder",
}


class CardPage:
    """Routes that pay by card; the page itself is the payer's page of the charge."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        return [
            web.post("/pay/{id}/card", self._pay),
            web.get("/pay/{id}/challenge", self._ask),
            web.post("/pay/{id}/challenge", self._answer),
        ]

    async def _pay(self, request: web.Request) -> web.Response:
        form, charge_id = await request.post(), request.match_info["id"]
        charge = self._bank.cards.pay(charge_id, str(form.get("number", "")))
        self._bank.changed()
        raise web.HTTPSeeOther(f"/pay/{charge.id}/challenge" if charge.challenge else f"/pay/{charge.id}")

    async def _ask(self, request: web.Request) -> web.Response:
        say, charge = Speech.of(request), self._bank.charges.get(request.match_info["id"])
        if charge.challenge is None:
            raise web.HTTPSeeOther(f"/pay/{charge.id}")
        return self._asked(say, charge, charge.challenge.last4)

    async def _answer(self, request: web.Request) -> web.Response:
        form, charge_id = await request.post(), request.match_info["id"]
        action = str(form.get("action", ""))
        if action not in ("yes", "no"):
            raise Refusal(422, "unknown_button", "This button is unknown.")
        self._bank.cards.answer_challenge(charge_id, passed=action == "yes")
        self._bank.changed()
        raise web.HTTPSeeOther(f"/pay/{charge_id}")

    @staticmethod
    def _asked(say: Speech, charge: Charge, last4: str) -> web.Response:
        main = render("challenge", say, ending=last4, amount=say.money(charge.amount_minor), payee=charge.payee)
        return answer(say, title=say("Is this purchase yours?"), main=main)


def open_card(bank: Bank, say: Speech, charge: Charge) -> Html:
    """What stands on the payer's page while a card can still pay."""
    now = bank.clock.now()
    left = max(0, int((charge.expires_at - now).total_seconds()))
    choices = join(
        render(
            "card_choice",
            say,
            id=f"card-{card.number[-4:]}",
            number=card.number,
            spaced=card.spaced,
            about=say(card.about),
            on=attributes(checked=card is CARDS[0]),
        )
        for card in CARDS
    )
    return render(
        "pay_card",
        say,
        id=charge.id,
        cards=choices,
        tries=_tries(say, charge),
        expires=say.moment(charge.expires_at, now),
        seconds_left=left,
        left=say("{minutes} min", minutes=-(-left // 60)),
        reference=charge.reference,
        kept=render("card_kept", say) if charge.save_card else Html(""),
        challenge=render("challenge_link", say, id=charge.id) if charge.challenge else Html(""),
        weight="" if charge.challenge else "primary",
        button=say("Pay {amount}", amount=say.money(charge.amount_minor)),
    )


def _tries(say: Speech, charge: Charge) -> Html:
    if not charge.card_tries:
        return Html("")
    items = (
        render(
            "card_try",
            say,
            ending=one.last4,
            why=say(DECLINES[one.decline_code]) if one.decline_code else "",
            state=status(say, CARD, one.outcome),
            at=say.clock(one.at),
        )
        for one in charge.card_tries
    )
    return render("card_tries", say, tries=join(items))
