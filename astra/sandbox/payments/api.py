"""The provider's API under /v1: bearer key, idempotent writes, JSON in and out."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .bank import Bank
from .body import Body
from .dispute import LOST
from .disputes import LONGEST_EVIDENCE
from .refusal import Refusal
from .state import Answer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Write = Callable[[web.Request, Body], tuple[int, dict[str, Any]]]

MAX_KEY_LENGTH = 255
HANG_SECONDS = 120
PAGE_LINES = 1000


class Api:
    """Routes of /v1 over one bank."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        return [
            web.post("/v1/charges", self._writes(self._create_charge)),
            web.get("/v1/charges", self._reads(self._list_charges)),
            web.get("/v1/charges/{id}", self._reads(self._get_charge)),
            web.get("/v1/cards/{id}", self._reads(lambda request: self._bank.cards.saved(request.match_info["id"]).public())),
            web.post("/v1/cards/{id}/remove", self._writes(self._remove_card)),
            web.post("/v1/charges/{id}/cancel", self._writes(self._cancel_charge)),
            web.post("/v1/charges/{id}/refunds", self._writes(self._create_refund)),
            web.get("/v1/refunds", self._reads(self._list_refunds)),
            web.get("/v1/refunds/{id}", self._reads(self._get_refund)),
            web.get("/v1/disputes", self._reads(self._list_disputes)),
            web.get("/v1/disputes/{id}", self._reads(lambda request: self._bank.disputes.get(request.match_info["id"]).public())),
            web.post("/v1/disputes/{id}/evidence", self._writes(self._answer_dispute)),
            web.post("/v1/disputes/{id}/accept", self._writes(self._accept_dispute)),
            web.post("/v1/payouts", self._writes(self._create_payout)),
            web.get("/v1/payouts", self._reads(self._list_payouts)),
            web.get("/v1/payouts/{id}", self._reads(self._get_payout)),
            web.get("/v1/account", self._reads(lambda request: self._bank.account.public())),
            web.get("/v1/statement", self._reads(self._statement)),
        ]

    def _reads(self, read: Callable[[web.Request], dict[str, Any]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            self._admit(request)
            return web.json_response(read(request))

        return handle

    def _writes(self, write: Write) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            self._admit(request)
            key = request.headers.get("Idempotency-Key", "")
            if not 0 < len(key) <= MAX_KEY_LENGTH:
                raise Refusal(400, "idempotency_key_required", "Every write carries a header Idempotency-Key.")
            body = Body.parse(raw)
            answer, fresh = self._answer(request, key, body, write)
            lost = self._takes_timeout() or (
                fresh
                and answer.status == 201
                and request.path == "/v1/payouts"
                and self._bank.state.knobs.payout_outcome in ("unknown", "stuck")
            )
            self._bank.changed()
            if lost:
                return await self._lose(request)
            headers = {} if fresh else {"Idempotent-Replayed": "true"}
            return web.json_response(answer.body, status=answer.status, headers=headers)

        return handle

    def _answer(self, request: web.Request, key: str, body: Body, write: Write) -> tuple[Answer, bool]:
        """The stored answer of this key, or a new one that is stored. No await inside: two equal writes cannot both
        be the first."""
        canonical = json.dumps(body.data, sort_keys=True)
        fingerprint = hashlib.sha256(f"{request.method} {request.path} {canonical}".encode()).hexdigest()
        stored = self._bank.state.answers.get(key)
        if stored is not None:
            if stored.fingerprint != fingerprint:
                raise Refusal(409, "idempotency_key_reused", "This Idempotency-Key was used for another request.")
            return stored, False
        try:
            status, shown = write(request, body)
        except Refusal as refusal:
            status, shown = refusal.status, refusal.body()
        answer = Answer(fingerprint, status, shown)
        self._bank.state.answers[key] = answer
        return answer, True

    def _admit(self, request: web.Request) -> None:
        wanted = f"Bearer {self._bank.api_key}".encode()
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), wanted):
            raise Refusal(401, "unauthorized", "The API key is missing or wrong.")
        knobs = self._bank.state.knobs
        if knobs.api_errors > 0:
            knobs.api_errors -= 1
            self._bank.changed()
            raise Refusal(knobs.api_error_status, "unavailable", "The provider misbehaves on demand. Nothing was done.")

    def _takes_timeout(self) -> bool:
        knobs = self._bank.state.knobs
        if knobs.timeout_after_success <= 0:
            return False
        knobs.timeout_after_success -= 1
        return True

    async def _lose(self, request: web.Request) -> web.StreamResponse:
        kind = self._bank.state.knobs.timeout_kind
        if kind == "hang":
            await asyncio.sleep(HANG_SECONDS)
        if kind != "504" and request.transport is not None:
            request.transport.abort()
        raise Refusal(504, "timeout", "The provider did not answer in time. It may or may not have been done.")

    def _create_charge(self, request: web.Request, body: Body) -> tuple[int, dict[str, Any]]:
        bank = self._bank
        if body.has("card_id"):
            bank.cards.saved(body.text("card_id", longest=40, default=""))  # before anything is made
        charge = bank.charges.create(body, bank.base_url.split("://", 1)[-1])
        if charge.card_id:
            bank.cards.charge_kept(charge)
        return 201, charge.public(bank.base_url)

    def _remove_card(self, request: web.Request, body: Body) -> tuple[int, dict[str, Any]]:
        body.only()
        return 200, self._bank.cards.remove(request.match_info["id"]).public()

    def _list_charges(self, request: web.Request) -> dict[str, Any]:
        charges = self._bank.charges.find(reference=request.query.get("reference"))
        return {"data": [charge.public(self._bank.base_url) for charge in charges]}

    def _get_charge(self, request: web.Request) -> dict[str, Any]:
        return self._bank.charges.get(request.match_info["id"]).public(self._bank.base_url)

    def _cancel_charge(self, request: web.Request, body: Body) -> tuple[int, dict[str, Any]]:
        body.only()
        bank, charge_id = self._bank, request.match_info["id"]
        try:
            return 200, bank.charges.cancel(charge_id).public(bank.base_url)
        except Refusal as refusal:
            if refusal.code == "already_paid":
                refusal.extra["charge"] = bank.charges.get(charge_id).public(bank.base_url)
            raise

    def _create_refund(self, request: web.Request, body: Body) -> tuple[int, dict[str, Any]]:
        return 201, self._bank.refunds.create(request.match_info["id"], body).public()

    def _list_refunds(self, request: web.Request) -> dict[str, Any]:
        refunds = self._bank.refunds.find(reference=request.query.get("reference"))
        return {"data": [refund.public() for refund in refunds]}

    def _get_refund(self, request: web.Request) -> dict[str, Any]:
        return self._bank.refunds.get(request.match_info["id"]).public()

    def _list_disputes(self, request: web.Request) -> dict[str, Any]:
        return {"data": [dispute.public() for dispute in self._bank.disputes.find(charge_id=request.query.get("charge_id"))]}

    def _answer_dispute(self, request: web.Request, body: Body) -> tuple[int, dict[str, Any]]:
        body.only("text")
        text = body.text("text", longest=LONGEST_EVIDENCE)
        return 200, self._bank.disputes.answer(request.match_info["id"], text).public()

    def _accept_dispute(self, request: web.Request, body: Body) -> tuple[int, dict[str, Any]]:
        body.only()
        return 200, self._bank.disputes.decide(request.match_info["id"], LOST).public()

    def _create_payout(self, request: web.Request, body: Body) -> tuple[int, dict[str, Any]]:
        return 201, self._bank.payouts.create(body).public()

    def _list_payouts(self, request: web.Request) -> dict[str, Any]:
        return {"data": [p.public() for p in self._bank.payouts.find(reference=request.query.get("reference"))]}

    def _get_payout(self, request: web.Request) -> dict[str, Any]:
        return self._bank.payouts.get(request.match_info["id"]).public()

    def _statement(self, request: web.Request) -> dict[str, Any]:
        limit = request.query.get("limit", str(PAGE_LINES))
        if not limit.isdecimal() or not 1 <= int(limit) <= PAGE_LINES:
            raise Refusal(422, "invalid_field", f"limit is a whole number from 1 to {PAGE_LINES}.", field="limit")
        lines, more = self._bank.account.lines_after(request.query.get("after"), int(limit))
        return {"data": [line.public() for line in lines], "has_more": more}
