"""Limits that bite: narrow routes, and the address that made too many mistakes."""

from __future__ import annotations

from .town import Town


async def test_a_route_may_be_narrower(town: Town) -> None:
    rules = [{"match": r"POST /channels/\d+/messages", "limit": 5, "seconds": 5}]
    status, _ = await town.send("PUT", "/_sandbox/rate-limits", {"rules": rules})
    assert status == 200
    path = f"/api/v10/channels/{town.channel}/messages"
    headers = {"Authorization": f"Bot {town.token}"}
    for left in (4, 3, 2, 1, 0):
        async with town.client.post(path, json={"content": "x"}, headers=headers) as answer:
            assert (answer.status, answer.headers["X-RateLimit-Remaining"], answer.headers["X-RateLimit-Limit"]) == (200, str(left), "5")
    async with town.client.post(path, json={"content": "x"}, headers=headers) as answer:
        body = await answer.json()
        assert (answer.status, answer.headers["X-RateLimit-Scope"], body["global"]) == (429, "user", False)
        assert 3 < body["retry_after"] <= 5
        assert int(answer.headers["Retry-After"]) >= body["retry_after"]
    assert (await town.rest("GET", f"/channels/{town.channel}"))[0] == 200  # another route of the same channel
    status, answer = await town.send("PUT", "/_sandbox/rate-limits", {"rules": [{"match": "GET (", "limit": 1, "seconds": 1}]})
    assert (status, answer["code"]) == (400, 50035)


async def test_an_address_is_shut_out_after_too_many_bad_requests(town: Town) -> None:
    _, standing = await town.send("GET", "/_sandbox/invalid-requests")
    assert standing["limit"] == 10_000
    await town.send("PUT", "/_sandbox/invalid-requests", {"limit": 3})
    for _ in range(3):
        assert (await town.rest("GET", "/users/@me", token="made.up.token"))[0] == 401
    async with town.client.get("/api/v10/users/@me", headers={"Authorization": f"Bot {town.token}"}) as answer:
        assert (answer.status, await answer.text()) == (429, "error code: 1015")
        assert 590 <= int(answer.headers["Retry-After"]) <= 600
        assert "Via" not in answer.headers
        assert "X-RateLimit-Limit" not in answer.headers
    await town.make("/clock", offset_seconds=601)
    assert (await town.rest("GET", "/users/@me"))[0] == 200
    assert (await town.rest("GET", f"/channels/{'9' * 18}"))[0] == 404  # not found is no offence
    _, standing = await town.send("GET", "/_sandbox/invalid-requests")
    assert list(standing["addresses"].values()) == [0]
