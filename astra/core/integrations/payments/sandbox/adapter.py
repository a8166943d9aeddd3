"""Speaks with the sandbox provider in the port's words."""

import datetime
import functools
import re
from collections.abc import Callable
from typing import Any, Literal, NoReturn, TypeVar
from urllib.parse import quote

import httpx
from validate_docbr import CPF

from astra.core.foundation.http import Client, NoAnswer, NotSent
from astra.core.integrations.payments.port import (
    ChargeRequest,
    OutcomeUnknown,
    PayoutRequest,
    ProviderCard,
    ProviderCharge,
    ProviderDown,
    ProviderPayment,
    ProviderPayout,
    ProviderRefund,
    RefundRequest,
    Refused,
    StatementLine,
)

TIMEOUT_SECONDS = 10.0
Json = dict[str, Any]
Thing = TypeVar("Thing")

_CHARGE: dict[str, Literal["pending", "expired", "cancelled", "paid"]] = {
    "pending": "pending",
    "expired": "expired",
    "cancelled": "cancelled",
    "paid": "paid",
    "partially_refunded": "paid",
    "refunded": "paid",
}
# The provider's word for "I did nothing"; any other 5xx leaves the outcome open.
_NOTHING_DONE = {"unavailable", "unauthorized", "invalid_json", "idempotency_key_required"}


class SandboxProvider:
    """The offline provider. Made by ``at``; threads may share it."""

    name = "sandbox"

    def __init__(self, url: str, key: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        # The operator configured this address: it may be on this machine.
        self._http = Client(url, {"Authorization": f"Bearer {key}"}, timeout_seconds, allow_private=True)

    @classmethod
    @functools.lru_cache(maxsize=4)
    def at(cls, url: str, key: str) -> "SandboxProvider":
        """The adapter of an address, with its kept connections."""
        return cls(url, key)

    def create_charge(self, request: ChargeRequest) -> ProviderCharge:
        """See the port."""
        body: Json = {
            "amount_minor": request.amount_minor,
            "currency": request.currency,
            "reference": request.reference,
            "description": request.description,
            "expires_in_seconds": request.lives_seconds,
        }
        if request.payer_name:
            body["payer"] = {"name": request.payer_name}
        if request.method == "card":
            more = {"card_id": request.card_id, "return_url": request.return_url}
            body |= {"kind": "card", "save_card": request.keep_card, **{name: text for name, text in more.items() if text}}
        return _understood(_charge, self._write("/v1/charges", body, key=request.reference), OutcomeUnknown)

    def charge(self, provider_id: str) -> ProviderCharge | None:
        """See the port."""
        found = self._read(f"/v1/charges/{_segment(provider_id)}")
        return None if found is None else _understood(_charge, found, ProviderDown)

    def charge_by_reference(self, reference: str) -> ProviderCharge | None:
        """See the port."""
        found = self._first("/v1/charges", reference)
        return None if found is None else _understood(_charge, found, ProviderDown)

    def cancel_charge(self, provider_id: str) -> ProviderCharge:
        """See the port."""
        path = f"/v1/charges/{_segment(provider_id)}/cancel"
        answer = self._call("POST", path, body={}, key=f"cancel-{provider_id}", writes=True)
        if answer.status_code == httpx.codes.CONFLICT and _code(answer) == "already_paid":
            return _understood(lambda body: _charge(body["error"]["charge"]), _json(answer), OutcomeUnknown)
        return _understood(_charge, self._done(answer), OutcomeUnknown)

    def forget_card(self, card_id: str) -> None:
        """See the port."""
        answer = self._call("POST", f"/v1/cards/{_segment(card_id)}/remove", body={}, key=f"forget-{card_id}", writes=True)
        if answer.status_code != httpx.codes.NOT_FOUND:
            self._done(answer)

    def create_refund(self, request: RefundRequest) -> ProviderRefund:
        """See the port."""
        body = {"amount_minor": request.amount_minor, "reference": request.reference, "payment_id": request.provider_payment_id}
        path = f"/v1/charges/{_segment(request.charge_provider_id)}/refunds"
        return _understood(_refund, self._write(path, body, key=request.key), OutcomeUnknown)

    def refund(self, provider_id: str) -> ProviderRefund | None:
        """See the port."""
        found = self._read(f"/v1/refunds/{_segment(provider_id)}")
        return None if found is None else _understood(_refund, found, ProviderDown)

    def refund_by_reference(self, reference: str) -> ProviderRefund | None:
        """See the port."""
        found = self._first("/v1/refunds", reference)
        return None if found is None else _understood(_refund, found, ProviderDown)

    def create_payout(self, request: PayoutRequest) -> ProviderPayout:
        """See the port."""
        key = request.pix_key.reveal()
        body = {
            "amount_minor": request.amount_minor,
            "currency": request.currency,
            "reference": request.reference,
            "pix_key": {"kind": pix_key_kind(key), "value": key},
            "holder": {"name": request.holder_name, "document": request.holder_document.reveal()},
        }
        return _understood(_payout, self._write("/v1/payouts", body, key=request.reference), OutcomeUnknown)

    def payout(self, provider_id: str) -> ProviderPayout | None:
        """See the port."""
        found = self._read(f"/v1/payouts/{_segment(provider_id)}")
        return None if found is None else _understood(_payout, found, ProviderDown)

    def payout_by_reference(self, reference: str) -> ProviderPayout | None:
        """See the port."""
        found = self._first("/v1/payouts", reference)
        return None if found is None else _understood(_payout, found, ProviderDown)

    def statement(self, after: str) -> list[StatementLine]:
        """See the port."""
        found = self._read("/v1/statement", {"after": after} if after else {})
        if found is None:
            found = self._read("/v1/statement") or {"data": []}  # the sandbox began anew
        return _understood(lambda body: [_line(line) for line in body["data"]], found, ProviderDown)

    def _first(self, path: str, reference: str) -> Json | None:
        found = self._read(path, {"reference": reference})
        things: list[Json] = _understood(lambda body: list(body["data"]), found or {"data": []}, ProviderDown)
        return things[0] if things else None

    def _read(self, path: str, params: dict[str, str] | None = None) -> Json | None:
        answer = self._call("GET", path, params=params)
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._done(answer)

    def _write(self, path: str, body: Json, *, key: str) -> Json:
        return self._done(self._call("POST", path, body=body, key=key, writes=True))

    def _call(
        self, method: str, path: str, *, body: Json | None = None, key: str = "", params: dict[str, str] | None = None, writes: bool = False
    ) -> httpx.Response:
        try:
            answer = self._http.request(method, path, json=body, params=params, headers={"Idempotency-Key": key} if key else None)
        except NotSent as problem:
            raise ProviderDown(reason=problem.label) from problem
        except NoAnswer as problem:
            raise (OutcomeUnknown if writes else ProviderDown)(reason=problem.label) from problem
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or answer.status_code in (401, 429):
            nothing_done = not writes or answer.status_code in (401, 429) or _code(answer) in _NOTHING_DONE
            raise (ProviderDown if nothing_done else OutcomeUnknown)(status=answer.status_code, code=_code(answer))
        return answer

    def _done(self, answer: httpx.Response) -> Json:
        if not answer.is_success:
            _refuse(_code(answer))
        return _json(answer)


def pix_key_kind(key: str) -> str:
    """The provider's word for the kind of a PIX key, told by its shape; eleven digits are a CPF, phones begin with ``+``."""
    if "@" in key:
        return "email"
    if key.startswith("+"):
        return "phone"
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key):
        return "random"
    return "cpf" if CPF().validate(key) else "cnpj"


def _refuse(code: str) -> NoReturn:
    if code == "idempotency_key_reused":
        # Something was made under our key, with other fields than we remember: it must be looked up.
        raise OutcomeUnknown(code=code)
    raise Refused(code)


def _code(answer: httpx.Response) -> str:
    try:
        error = answer.json()["error"]
        return str(error["code"])[:64]
    except (ValueError, KeyError, TypeError):
        return f"http_{answer.status_code}"


def _json(answer: httpx.Response) -> Json:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise OutcomeUnknown(status=answer.status_code, reason="not_json")
    return body


def _understood(parse: Callable[[Json], Thing], body: Json, otherwise: type[ProviderDown] | type[OutcomeUnknown]) -> Thing:
    """What an answer means; one in another shape than was agreed on is as good as none."""
    try:
        return parse(body)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise otherwise(reason="unreadable") from problem


def _segment(name: str) -> str:
    return quote(name, safe="")


def _time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def _charge(body: Json) -> ProviderCharge:
    payments = tuple(
        ProviderPayment(
            provider_payment_id=payment["id"],
            amount_minor=payment["amount_minor"],
            fee_minor=payment["fee_minor"],
            refunded_minor=payment["refunded_minor"],
            paid_at=_time(payment["paid_at"]),
            end_to_end_id=payment["end_to_end_id"],
            payer=_payer(payment["payer"]),
        )
        for payment in body["payments"]
    )
    card = body.get("card") or {"tries": [], "saved_card": None}
    declined = [one for one in card["tries"] if one["outcome"] in ("declined", "failed") and one["decline_code"]]
    kept = card["saved_card"]
    return ProviderCharge(
        provider_id=body["id"],
        reference=body["reference"],
        account=body["account"],
        status=_CHARGE[body["status"]],
        rank=body["status_rank"],
        updated_at=_time(body["updated_at"]),
        amount_minor=body["amount_minor"],
        currency=body["currency"],
        copy_paste=body["br_code"] or "",
        pay_url=body["pay_url"],
        expires_at=_time(body["expires_at"]),
        payments=payments,
        method="card" if body["kind"] == "card" else "pix",
        declines=len(declined),
        declined_code=declined[-1]["decline_code"] or "" if declined else "",
        kept_card=None if kept is None else ProviderCard(kept["id"], kept["last4"], kept["expires_on"], f"account:{kept['fingerprint']}"),
    )


def _payer(said: Json) -> str:
    return f"document:{said['document']}" if said["document"] else f"account:{said['fingerprint']}"


def _refund(body: Json) -> ProviderRefund:
    return ProviderRefund(
        provider_id=body["id"],
        reference=body["reference"],
        status=body["status"],
        amount_minor=body["amount_minor"],
        provider_payment_id=body["payment_id"],
        return_id=body["return_id"] or "",
        failure_code=body["failure_code"] or "",
    )


def _payout(body: Json) -> ProviderPayout:
    return ProviderPayout(
        provider_id=body["id"],
        reference=body["reference"],
        status=body["status"],
        rank=body["status_rank"],
        updated_at=_time(body["updated_at"]),
        amount_minor=body["amount_minor"],
        currency=body["currency"],
        fee_minor=body["fee_minor"],
        end_to_end_id=body["end_to_end_id"] or "",
        failure_code=body["failure_code"] or "",
    )


def _line(body: Json) -> StatementLine:
    kind = body["kind"]
    return StatementLine(
        line_id=body["line_id"],
        kind=kind if kind in ("charge", "refund", "payout", "fee") else "other",
        reference=body["reference"] or "",
        provider_ref=body["ref"],
        provider_payment_id=body["payment_id"] or "",
        amount_minor=body["amount_minor"],
        at=_time(body["at"]),
    )
