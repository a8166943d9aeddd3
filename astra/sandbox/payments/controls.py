"""What tests and the demo turn, under /_sandbox: payments, clock, knobs, webhooks. No key: loopback only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from .bank import Bank
from .body import MAX_AMOUNT_MINOR, Body
from .charges import pix_payer
from .dispute import LOST, WON
from .payout import FAILED, PAID, RETURNED
from .refund import SUCCEEDED
from .refusal import Refusal

Reply = dict[str, Any]


class Controls:
    """Routes of /_sandbox over one bank."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        bank = self._bank
        wrap = self._wrap
        payout, refund, dispute = bank.payouts.settle, bank.refunds.settle, bank.disputes.decide
        return [
            web.post("/_sandbox/charges/{id}/payment", wrap(self._pay)),
            web.post("/_sandbox/charges/{id}/card", wrap(self._card)),
            web.post("/_sandbox/charges/{id}/challenge", wrap(self._challenge)),
            web.post("/_sandbox/charges/{id}/disputes", wrap(lambda body, name: bank.disputes.open(name, body).public())),
            web.post("/_sandbox/disputes/{id}/win", wrap(lambda _, name: dispute(name, WON).public())),
            web.post("/_sandbox/disputes/{id}/lose", wrap(lambda _, name: dispute(name, LOST).public())),
            web.get("/_sandbox/statement/differences", wrap(self._differences)),
            web.post("/_sandbox/statement/differences", wrap(self._differ)),
            web.delete("/_sandbox/statement/differences", wrap(lambda _, name: {"taken_back": bank.account.be_honest()})),
            web.get("/_sandbox/charges", wrap(self._charges)),
            web.post("/_sandbox/payouts/{id}/settle", wrap(lambda _, name: payout(name, PAID).public())),
            web.post("/_sandbox/payouts/{id}/fail", wrap(lambda _, name: payout(name, FAILED).public())),
            web.post("/_sandbox/payouts/{id}/return", wrap(lambda _, name: payout(name, RETURNED).public())),
            web.post("/_sandbox/refunds/{id}/settle", wrap(lambda _, name: refund(name, SUCCEEDED).public())),
            web.post("/_sandbox/refunds/{id}/fail", wrap(lambda _, name: refund(name, "failed").public())),
            web.post("/_sandbox/account/deposits", wrap(self._deposit)),
            web.get("/_sandbox/knobs", wrap(lambda _, name: bank.state.knobs.public())),
            web.put("/_sandbox/knobs", wrap(self._turn)),
            web.get("/_sandbox/webhook", wrap(lambda _, name: {"url": bank.state.webhook_url})),
            web.put("/_sandbox/webhook", wrap(self._webhook)),
            web.get("/_sandbox/webhooks", wrap(self._messages)),
            web.post("/_sandbox/webhooks/{id}/resend", wrap(lambda _, name: bank.courier.resend(name).public())),
            web.get("/_sandbox/clock", wrap(lambda _, name: {"offset_seconds": bank.clock.offset_seconds})),
            web.post("/_sandbox/clock", wrap(self._clock)),
        ]

    def _wrap(self, act: Callable[[Body, str], Reply]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            body = Body(dict(request.query)) if request.method == "GET" else Body.parse(await request.read())
            reply = act(body, request.match_info.get("id", ""))
            if request.method != "GET":
                self._bank.changed()
            return web.json_response(reply)

        return handle

    def _pay(self, body: Body, charge_id: str) -> Reply:
        body.only("amount_minor", "times", "payer_document")
        payer = pix_payer({"document": body.text("payer_document", longest=20)}) if body.has("payer_document") else None
        amount_minor = body.amount_minor() if body.has("amount_minor") else None
        for _ in range(body.integer("times", least=1, most=10, default=1)):
            self._bank.charges.pay(charge_id, amount_minor, payer)
        return self._bank.charges.get(charge_id).public(self._bank.base_url)

    def _card(self, body: Body, charge_id: str) -> Reply:
        body.only("number")
        return self._bank.cards.pay(charge_id, body.text("number", longest=40)).public(self._bank.base_url)

    def _challenge(self, body: Body, charge_id: str) -> Reply:
        body.only("passed")
        passed = body.data.get("passed")
        if not isinstance(passed, bool):
            raise Refusal(422, "invalid_field", "passed is true or false.", field="passed")
        return self._bank.cards.answer_challenge(charge_id, passed=passed).public(self._bank.base_url)

    def _differences(self, body: Body, _: str) -> Reply:
        body.only()
        lines = self._bank.account.differences()
        return {"data": [{**line.public(), "difference": line.difference, "true_minor": line.amount_minor} for line in lines]}

    def _differ(self, body: Body, _: str) -> Reply:
        body.only("kind", "line_id", "amount_minor")
        amount = body.integer("amount_minor", least=-MAX_AMOUNT_MINOR, most=MAX_AMOUNT_MINOR) if body.has("amount_minor") else None
        line_id = body.text("line_id", longest=40) if body.has("line_id") else None
        line = self._bank.account.differ(body.text("kind", longest=10), line_id, amount)
        return {**line.public(), "difference": line.difference, "true_minor": line.amount_minor}

    def _charges(self, body: Body, _: str) -> Reply:
        body.only("br_code", "reference")
        found = self._bank.charges.find(reference=body.data.get("reference"), br_code=body.data.get("br_code"))
        return {"data": [charge.public(self._bank.base_url) for charge in found]}

    def _deposit(self, body: Body, _: str) -> Reply:
        body.only("amount_minor")
        self._bank.account.post("deposit", self._bank.state.account_id, "", body.amount_minor())
        return self._bank.account.public()

    def _turn(self, body: Body, _: str) -> Reply:
        self._bank.state.knobs.turn(body.data)
        if body.has("seed"):
            self._bank.courier.reseed()
        return self._bank.state.knobs.public()

    def _webhook(self, body: Body, _: str) -> Reply:
        body.only("url")
        url = body.text("url", longest=2000, default="")
        self._bank.set_webhook_url(checked_address(url))
        return {"url": url}

    def _messages(self, body: Body, _: str) -> Reply:
        body.only("object_id")
        wanted = body.data.get("object_id")
        messages = self._bank.state.messages.values()
        return {"data": [m.public() for m in messages if wanted is None or m.object_id == wanted]}

    def _clock(self, body: Body, _: str) -> Reply:
        body.only("offset_seconds")
        limit = MAX_AMOUNT_MINOR  # some 300 years: enough for every test, too little to leave the calendar
        value = body.data.get("offset_seconds")
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not -limit <= value <= limit:
            raise Refusal(422, "invalid_field", "offset_seconds is a number of seconds.", field="offset_seconds")
        self._bank.set_clock(float(value))
        return {"offset_seconds": self._bank.clock.offset_seconds}


def checked_address(url: str) -> str:
    """`url` if webhooks can be sent there; an empty one stops them. Raises Refusal 422."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Refusal(422, "invalid_field", "url is an http or https address.", field="url")
    return url
