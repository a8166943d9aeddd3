"""Who may call the API, and what calling twice does."""

import asyncio

from .provider import API_KEY, Provider

CHARGE = {"amount_minor": 100, "currency": "BRL", "reference": "r", "expires_in_seconds": 60}


async def test_every_route_of_the_api_wants_the_key(provider: Provider) -> None:
    routes = [
        (route.method, route.resource.canonical)
        for route in provider.client.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/v1/") and route.method != "HEAD"
    ]
    assert len(routes) == 18
    for method, path in routes:
        for token in ("", "wrong", API_KEY + "x"):
            status, body = await provider.call(method, path.replace("{id}", "x"), {}, token=token)
            assert (status, body["error"]["code"]) == (401, "unauthorized"), path
    assert provider.bank.state.answers == {}


async def test_the_same_key_and_body_get_the_same_answer(provider: Provider) -> None:
    first = await provider.call("POST", "/v1/charges", CHARGE, key="k")
    again = await provider.call("POST", "/v1/charges", dict(reversed(CHARGE.items())), key="k")
    assert first == again
    assert first[0] == 201
    assert len(provider.bank.state.charges) == 1


async def test_the_same_key_at_once_is_done_once(provider: Provider) -> None:
    answers = await asyncio.gather(*(provider.call("POST", "/v1/charges", CHARGE, key="k") for _ in range(8)))
    assert {body["id"] for _, body in answers} == set(provider.bank.state.charges)
    assert len(provider.bank.state.charges) == 1


async def test_the_same_key_with_another_body_or_route_is_refused(provider: Provider) -> None:
    await provider.call("POST", "/v1/charges", CHARGE, key="k")
    for path, body in (("/v1/charges", {**CHARGE, "amount_minor": 101}), ("/v1/payouts", CHARGE)):
        status, answer = await provider.call("POST", path, body, key="k")
        assert (status, answer["error"]["code"]) == (409, "idempotency_key_reused")
    assert len(provider.bank.state.charges) == 1


async def test_a_refusal_is_remembered_too(provider: Provider) -> None:
    charge = await provider.charge()
    path, body = f"/v1/charges/{charge['id']}/refunds", {"amount_minor": 1, "reference": "r"}
    assert (await provider.call("POST", path, body, key="k"))[0] == 409
    await provider.pay(charge["id"])
    assert (await provider.call("POST", path, body, key="k"))[0] == 409
    assert (await provider.call("POST", path, body, key="k2"))[0] == 201


async def test_a_write_without_a_key_and_a_torn_body_do_nothing(provider: Provider) -> None:
    status, body = await provider.call("POST", "/v1/charges", CHARGE, key="")
    assert (status, body["error"]["code"]) == (400, "idempotency_key_required")
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "k"}
    for raw in (b"{", b"[]", b'"x"', b"\xff"):
        async with provider.client.post("/v1/charges", data=raw, headers=headers) as answer:
            assert answer.status == 400
    assert provider.bank.state.charges == {}
    assert provider.bank.state.answers == {}


async def test_a_body_too_large_is_refused_in_json(provider: Provider) -> None:
    status, body = await provider.call("POST", "/v1/charges", {"reference": "x" * 70_000})
    assert (status, body["error"]["code"]) == (413, "request_entity_too_large")


async def test_another_site_cannot_press_buttons(provider: Provider) -> None:
    charge = await provider.charge()
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with provider.client.post(f"/_sandbox/charges/{charge['id']}/payment", headers=headers) as answer:
        assert answer.status == 403
    assert (await provider.get(f"/v1/charges/{charge['id']}"))["status"] == "pending"
