"""Reads the sandbox provider's webhooks: signature first (Standard Webhooks), then no more than which thing moved."""

import json
from collections.abc import Mapping
from typing import Literal

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from astra.core.integrations.payments.port import Notice
from astra.core.integrations.payments.provider import NotSigned

Kind = Literal["charge", "refund", "payout", "other"]
_KINDS: dict[str, Kind] = {"charge": "charge", "refund": "refund", "payout": "payout"}
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def read(headers: Mapping[str, str], body: bytes, secret: str) -> Notice:
    """The notice in a signed body. Raises NotSigned (also for a message older or newer than five minutes), ValueError."""
    given = {name: headers.get(name, "") for name in _HEADERS}
    judge = Webhook(secret)  # a secret that is no secret is our own fault: it raises here, and nobody is told 401
    try:
        judge.verify(body, given, json_parse=False)
    except (WebhookVerificationError, ValueError) as problem:
        raise NotSigned(str(problem)) from problem
    said = json.loads(body)
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(data, dict) or not isinstance(said.get("type"), str):
        raise ValueError("The body is no notice.")
    kind = _KINDS.get(said["type"].partition(".")[0], "other")
    return Notice(
        event_id=given["webhook-id"][:128],
        account=str(data.get("account") or "")[:64],
        kind=kind,
        provider_id=str(data.get("id") or "")[:64],
        reference=str(data.get("reference") or "")[:64],
    )
