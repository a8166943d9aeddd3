"""A provider and a webhook receiver in this process, for tests."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from astra.sandbox.payments.app import make_app
from astra.sandbox.payments.bank import Bank

API_KEY = "sk_test"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BRIEF_RETRIES = (0.01, 0.02, 0.03)

Client = TestClient[web.Request, web.Application]
Json = dict[str, Any]


async def seen(condition: Callable[[], bool]) -> None:
    """Returns once `condition` holds. Raises TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


@dataclass
class Receiver:
    """Notes every webhook. Answers the statuses of `plan` in turn, then 204."""

    url: str = ""
    plan: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(({k.lower(): v for k, v in request.headers.items()}, await request.read()))
        return web.Response(status=self.plan.pop(0) if self.plan else 204)

    async def wait_for(self, count: int) -> None:
        """Returns when `count` webhooks have come. Raises TimeoutError after five seconds."""
        await seen(lambda: len(self.got) >= count)


class Provider:
    """The provider's API as its customer sees it."""

    def __init__(self, client: Client, bank: Bank) -> None:
        self.client = client
        self.bank = bank
        self._keys = itertools.count()

    async def call(self, method: str, path: str, body: Any = None, *, key: str | None = None, token: str = API_KEY) -> tuple[int, Json]:
        """One call; a write without `key` gets one of its own."""
        headers = {"Authorization": f"Bearer {token}"}
        if method != "GET":
            headers["Idempotency-Key"] = key if key is not None else f"auto-{next(self._keys)}"
        async with self.client.request(method, path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def get(self, path: str) -> Json:
        status, body = await self.call("GET", path)
        assert status == 200, body
        return body

    async def charge(self, **fields: Any) -> Json:
        """A new charge of R$ 49,90."""
        wanted = {"amount_minor": 4990, "currency": "BRL", "reference": "order-1", "description": "Item"}
        status, body = await self.call("POST", "/v1/charges", {**wanted, "expires_in_seconds": 900, **fields})
        assert status == 201, body
        return body

    async def pay(self, charge_id: str, **fields: Any) -> Json:
        status, body = await self.call("POST", f"/_sandbox/charges/{charge_id}/payment", fields)
        assert status == 200, body
        return body

    async def refund(self, charge_id: str, amount_minor: int, **fields: Any) -> tuple[int, Json]:
        body = {"amount_minor": amount_minor, "reference": "refund-1", **fields}
        return await self.call("POST", f"/v1/charges/{charge_id}/refunds", body)

    async def payout(self, amount_minor: int, **fields: Any) -> tuple[int, Json]:
        body = {
            "amount_minor": amount_minor,
            "currency": "BRL",
            "reference": "payout-1",
            "pix_key": {"kind": "cpf", "value": "52998224725"},
            "holder": {"name": "Marina", "document": "529.982.247-25"},
        }
        return await self.call("POST", "/v1/payouts", {**body, **fields})

    async def knobs(self, **wanted: Any) -> None:
        status, body = await self.call("PUT", "/_sandbox/knobs", wanted)
        assert status == 200, body

    async def clock(self, offset_seconds: float) -> None:
        status, _ = await self.call("POST", "/_sandbox/clock", {"offset_seconds": offset_seconds})
        assert status == 200

    async def until(self, path: str, status: str) -> Json:
        """The thing at `path` once it has `status`. Raises TimeoutError after five seconds."""
        async with asyncio.timeout(5):
            while (thing := await self.get(path))["status"] != status:  # noqa: ASYNC110 - it is asked over HTTP
                await asyncio.sleep(0.01)
        return thing

    async def check_books(self) -> None:
        """The balance is the sum of the statement, and every line leads to the thing it speaks of."""
        lines = (await self.get("/v1/statement"))["data"]
        assert (await self.get("/v1/account"))["balance_minor"] == sum(line["amount_minor"] for line in lines)
        state = self.bank.state
        known = {**state.charges, **state.refunds, **state.payouts, **state.disputes, state.account_id: None}
        assert all(line["ref"] in known for line in lines)


async def serve(bank: Bank) -> Client:
    """A client of `bank`, served on a free port."""
    server = TestServer(make_app(bank))
    client: Client = TestClient(server)
    await client.start_server()
    bank.base_url = str(client.make_url("")).rstrip("/")
    return client
