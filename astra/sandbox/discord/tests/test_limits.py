"""Limits that bite: narrow routes, and the address that made too many mistakes."""

from __future__ import annotations

from astra.sandbox.discord.buckets import Leaky, Window
from astra.sandbox.discord.world import World

from .town import Town, button, row


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
        assert 0 < body["retry_after"] <= 1 < float(answer.headers["X-RateLimit-Reset-After"]) <= 5  # one place, all places
        assert int(answer.headers["Retry-After"]) >= body["retry_after"]
    assert (await town.rest("GET", f"/channels/{town.channel}"))[0] == 200  # another route of the same channel
    status, answer = await town.send("PUT", "/_sandbox/rate-limits", {"rules": [{"match": "GET (", "limit": 1, "seconds": 1}]})
    assert (status, answer["code"]) == (400, 50035)


def test_most_buckets_leak_and_some_end_as_a_whole() -> None:
    leaky, window = Leaky(5, 5.0), Window(5, 5.0)
    for bucket in (leaky, window):
        for _ in range(5):
            assert bucket.wait(100.0) == 0
            bucket.take(100.0)
        assert bucket.left(100.0) == 0
        assert bucket.reset_after(100.0) == 5.0
    assert (leaky.wait(100.0), window.wait(100.0)) == (1.0, 5.0)
    assert (leaky.left(102.5), window.left(102.5)) == (2, 0)
    assert (leaky.wait(101.0), window.wait(101.0)) == (0, 4.0)
    assert (leaky.left(105.0), window.left(105.0)) == (5, 5)


async def test_a_role_is_given_ten_times_in_a_window(town: Town) -> None:
    await town.send("PUT", "/_sandbox/rate-limits", {"rules": [], "quick": False})
    made = (await town.ok("POST", f"/guilds/{town.guild}/roles", {"name": "Comprador"}))["id"]
    path = f"/api/v10/guilds/{town.guild}/members/{town.buyer}/roles/{made}"
    headers = {"Authorization": f"Bot {town.token}"}
    for _ in range(10):
        async with town.client.put(path, headers=headers) as answer:
            assert answer.status == 204
    async with town.client.put(path, headers=headers) as answer:
        assert answer.status == 429
        assert (await answer.json())["retry_after"] > 5  # nothing comes free before the window ends


async def test_an_answer_to_a_click_has_no_limit_and_none_of_its_headers(town: Town) -> None:
    message = await town.say(content="x", components=[row(button("buy"))])
    async with town.client.post(f"/api/v10/interactions/{message['id']}/token/callback", json={"type": 4}) as answer:
        assert answer.status == 404
        assert not [name for name in answer.headers if name.startswith("X-RateLimit")]


async def test_discords_own_limits_bite_unless_one_is_in_a_hurry(town: Town) -> None:
    path = f"/channels/{town.channel}"
    for number in range(6):
        assert (await town.rest("POST", path + "/messages", {"content": "x"}))[0] == 200, number
    _, shown = await town.send("PUT", "/_sandbox/rate-limits", {"rules": [], "quick": False})
    assert {"match": r"POST /channels/\d+/messages$", "limit": 5, "seconds": 5.0} in shown["discord"]
    got = [(await town.rest("POST", path + "/messages", {"content": "x"}))[0] for _ in range(6)]
    assert got == [200] * 5 + [429]
    other = (await town.make(f"/guilds/{town.guild}/channels", name="outro"))["id"]
    assert (await town.rest("POST", f"/channels/{other}/messages", {"content": "x"}))[0] == 200  # each channel has its own


async def test_a_channel_is_renamed_twice_in_ten_minutes(town: Town) -> None:
    await town.send("PUT", "/_sandbox/rate-limits", {"rules": [], "quick": False})
    path = f"/channels/{town.channel}"
    for name in ("um", "dois"):
        assert (await town.rest("PATCH", path, {"name": name}))[0] == 200
    headers = {"Authorization": f"Bot {town.token}"}
    async with town.client.patch("/api/v10" + path, json={"topic": "x"}, headers=headers) as answer:
        assert (answer.status, answer.headers["X-RateLimit-Scope"]) == (429, "shared")
        assert (await answer.json())["retry_after"] > 500
    assert (await town.rest("PATCH", path, {"nsfw": False}))[0] == 200
    _, standing = await town.send("GET", "/_sandbox/invalid-requests")
    assert not any(standing["addresses"].values())  # what many share is nobody's offence


def test_by_itself_it_is_as_slow_as_discord() -> None:
    real, quick = World(spec="off"), World(spec="off", quick=True)
    assert (real.hub.knobs.identify_pace_seconds, real.limits.quick) == (5.0, False)
    assert (quick.hub.knobs.identify_pace_seconds, quick.limits.quick) == (0.0, True)
    assert [real.hub.may_start("bot", 0), real.hub.may_start("bot", 0), real.hub.may_start("other", 0)] == [True, False, True]


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
