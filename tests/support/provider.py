"""The real payment sandbox as a process, and what a test does with it: pay, turn knobs, collect and hand over webhooks."""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.database import ROOT

KEY = os.environ["ASTRA_SANDBOX_PAYMENTS_KEY"]
SECRET = os.environ["ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET"]
# Test cards of the sandbox, see docs/reference/payments-sandbox.md.
GOOD_CARD, ASKING_CARD, BAD_CARD = "4000999900000014", "4000999900000022", "4000999900000030"
ONCE_ONLY_CARD = "4000999900000063"
RESTING = {
    "duplicates": 0,
    "delay_seconds": 0.0,
    "reorder": False,
    "loss": 0.0,
    "wrong_amount_minor": 0,
    "timeout_after_success": 0,
    "timeout_kind": "504",
    "payout_outcome": "paid",
    "payout_delay_seconds": 0.0,
    "refund_outcome": "succeeded",
    "refund_delay_seconds": 0.0,
    "late_payment": True,
    "pay_after_cancel": False,
    "charge_fee_basis_points": 0,
    "saved_card_declines": 0,
    "payout_fee_minor": 0,
    "api_errors": 0,
    "api_error_status": 503,
    "seed": 0,
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook as it arrived: headers in small letters, the exact body."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Letterbox:
    """Where the sandbox's webhooks arrive; it keeps them and answers 204."""

    got: list[Webhook] = field(default_factory=list)
    url: str = ""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Webhook]:
        """All webhooks, as soon as there are so many. Fails after some seconds."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, seconds), f"{len(self.got)} of {count} webhooks came"
            return list(self.got)


class ProviderInTest:
    """The sandbox, seen from outside: only its own HTTP."""

    def __init__(self, url: str, letterbox: Letterbox) -> None:
        self.url = url
        self.letterbox = letterbox
        self._http = httpx.Client(base_url=url, timeout=10.0, trust_env=False)

    def pay(self, provider_id: str, *, amount_minor: int | None = None, times: int = 1, document: str = "") -> dict[str, Any]:
        """A payer (of this CPF or CNPJ) pays the code: what is asked for (bent by the knob), or exactly this amount."""
        body: dict[str, Any] = {"times": times} if amount_minor is None else {"times": times, "amount_minor": amount_minor}
        if document:
            body["payer_document"] = document
        return self._control("POST", f"/_sandbox/charges/{provider_id}/payment", body)

    def card(self, provider_id: str, number: str, *, confirmed: bool | None = None) -> dict[str, Any]:
        """The holder types a test card on the charge's page, and answers his bank where it asks back."""
        found = self._control("POST", f"/_sandbox/charges/{provider_id}/card", {"number": number})
        if confirmed is not None:
            found = self._control("POST", f"/_sandbox/charges/{provider_id}/challenge", {"passed": confirmed})
        return found

    def knobs(self, **wanted: Any) -> None:
        """Turns knobs, see the sandbox's README; a test's knobs are put back after it."""
        self._control("PUT", "/_sandbox/knobs", wanted)

    def clock(self, offset_seconds: float) -> None:
        """Moves the provider's time away from real time."""
        self._control("POST", "/_sandbox/clock", {"offset_seconds": offset_seconds})

    def charge(self, provider_id: str) -> dict[str, Any]:
        """A charge as the provider shows it."""
        return self.get(f"/v1/charges/{provider_id}")

    def charges(self, reference: object) -> list[dict[str, Any]]:
        """Every charge that was made under a reference."""
        return self._list("/v1/charges", reference)

    def refunds(self, reference: object) -> list[dict[str, Any]]:
        """Every refund that was asked for under a reference."""
        return self._list("/v1/refunds", reference)

    def payouts(self, reference: object) -> list[dict[str, Any]]:
        """Every payout that was made under a reference."""
        return self._list("/v1/payouts", reference)

    def settle(self, kind: str, provider_id: str, verb: str) -> None:
        """Ends a payout (``settle``, ``fail``, ``return``) or a refund (``settle``, ``fail``) by hand."""
        self._control("POST", f"/_sandbox/{kind}/{provider_id}/{verb}", {})

    def deposit(self, amount_minor: int) -> None:
        """Puts money into the operator's account, as an opening balance."""
        self._control("POST", "/_sandbox/account/deposits", {"amount_minor": amount_minor})

    def take_back(self, charge_provider_id: str, payment_id: str, amount_minor: int) -> None:
        """The payer's bank takes money of a payment back by itself (MED), under a reference that is not ours."""
        answer = self._http.post(
            f"/v1/charges/{charge_provider_id}/refunds",
            json={"amount_minor": amount_minor, "reference": f"med-{payment_id}", "payment_id": payment_id},
            headers={"Authorization": f"Bearer {KEY}", "Idempotency-Key": f"med-{payment_id}-{amount_minor}"},
        )
        assert answer.is_success, answer.text

    def get(self, path: str) -> dict[str, Any]:
        """A reading call of the API."""
        answer = self._http.get(path, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def webhooks(self, count: int) -> list[Webhook]:
        """All webhooks of this test so far, once there are so many."""
        return self.letterbox.wait_for(count)

    def lost(self, object_id: str) -> int:
        """How many webhooks about an object were lost on purpose."""
        found = self._http.get("/_sandbox/webhooks", params={"object_id": object_id}).json()["data"]
        return sum(message["state"] == "lost" for message in found)

    def begin(self) -> None:
        """Everything at rest, the letterbox empty."""
        self.knobs(**RESTING)
        self.clock(0)
        self._control("PUT", "/_sandbox/webhook", {"url": self.letterbox.url})
        self.letterbox.got.clear()

    def _list(self, path: str, reference: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"{path}?reference={reference}")["data"]
        return found

    def _control(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.request(method, path, json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found


def hand_over(client: Any, webhook: Webhook, **changed: str) -> int:
    """Posts a webhook to the product as the sandbox would, with changed headers if wanted; returns the answer's status."""
    headers = {**webhook.headers, **{name.replace("_", "-"): value for name, value in changed.items()}}
    answer = client.post(
        "/webhooks/payments/sandbox",
        data=webhook.body,
        content_type="application/json",
        headers={name: value for name, value in headers.items() if name.startswith("webhook-") and value},
    )
    return int(answer.status_code)


@contextlib.contextmanager
def sandbox_process(state: Path | None = None) -> Iterator[str]:
    """The sandbox on a free port; its address."""
    command = [sys.executable, "-m", "astra", "sandbox", "payments", "--port", "0", "--api-key", KEY, "--webhook-secret", SECRET]
    if state is not None:
        command += ["--state", str(state)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("ready "), f"the sandbox did not start: {first!r}"
        yield first.removeprefix("ready ").strip()
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


@contextlib.contextmanager
def _letterbox() -> Iterator[Letterbox]:
    box = Letterbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with box.arrived:
                box.got.append(Webhook({name.lower(): value for name, value in self.headers.items()}, body))
                box.arrived.notify_all()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def payment_sandbox() -> Iterator[ProviderInTest]:
    """One sandbox process for the whole run."""
    with sandbox_process() as url, _letterbox() as letterbox:
        yield ProviderInTest(url, letterbox)


@pytest.fixture
def payment_provider(payment_sandbox: ProviderInTest, settings: Any) -> Iterator[ProviderInTest]:
    """The sandbox at rest, with the product's settings pointed at it."""
    settings.ASTRA_PAYMENT_PROVIDER = "sandbox"
    settings.ASTRA_SANDBOX_PAYMENTS_URL = payment_sandbox.url
    settings.ASTRA_SANDBOX_PAYMENTS_KEY = KEY
    settings.ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET = SECRET
    payment_sandbox.begin()
    yield payment_sandbox
    payment_sandbox.knobs(**RESTING)
