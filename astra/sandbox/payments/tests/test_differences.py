"""A statement that differs from the books, and payouts of which nobody hears."""

from .provider import Json, Provider
from .test_pages import press, see


async def told(provider: Provider) -> list[Json]:
    return list((await provider.get("/v1/statement"))["data"])


async def differ(provider: Provider, **fields: object) -> tuple[int, Json]:
    return await provider.call("POST", "/_sandbox/statement/differences", fields)


async def three_payments(provider: Provider) -> list[Json]:
    for number in range(3):
        await provider.pay((await provider.charge(reference=f"order-{number}"))["id"])
    return await told(provider)


async def be_honest(provider: Provider) -> Json:
    return (await provider.call("DELETE", "/_sandbox/statement/differences"))[1]


async def test_lines_are_left_out_altered_and_invented_and_all_of_it_taken_back(provider: Provider) -> None:
    honest = await three_payments(provider)
    assert (await differ(provider, kind="missing", line_id=honest[0]["line_id"]))[0] == 200
    status, altered = await differ(provider, kind="altered", line_id=honest[1]["line_id"], amount_minor=1)
    assert (status, altered["amount_minor"], altered["true_minor"]) == (200, 1, 4990)
    _, extra = await differ(provider, kind="extra", amount_minor=-77)
    assert [line["amount_minor"] for line in await told(provider)] == [1, 4990, -77]
    assert (await provider.get("/v1/account"))["balance_minor"] == 3 * 4990
    listed = (await provider.call("GET", "/_sandbox/statement/differences"))[1]["data"]
    assert [line["difference"] for line in listed] == ["missing", "altered", "extra"]
    assert await be_honest(provider) == {"taken_back": 3}
    assert await told(provider) == honest
    assert await be_honest(provider) == {"taken_back": 0}
    after = await provider.get(f"/v1/statement?after={extra['line_id']}")  # a reader's place outlives the line
    assert after == {"data": [], "has_more": False}


async def test_pages_of_the_statement_count_only_what_is_told(provider: Provider) -> None:
    honest = await three_payments(provider)
    await differ(provider, kind="missing", line_id=honest[1]["line_id"])
    page = await provider.get("/v1/statement?limit=1")
    assert (page["has_more"], page["data"][0]["line_id"]) == (True, honest[0]["line_id"])
    page = await provider.get(f"/v1/statement?limit=1&after={honest[0]['line_id']}")
    assert (page["has_more"], page["data"][0]["line_id"]) == (False, honest[2]["line_id"])
    await be_honest(provider)


async def test_the_knobs_spoil_so_many_next_lines(provider: Provider) -> None:
    await provider.knobs(statement_missing=1, statement_altered=1, statement_extra=1)
    lines = await three_payments(provider)
    assert sorted(line["amount_minor"] for line in lines) == [1000, 4990, 4991]
    knobs = provider.bank.state.knobs
    assert (knobs.statement_missing, knobs.statement_altered, knobs.statement_extra) == (0, 0, 0)
    await be_honest(provider)


async def test_what_cannot_differ_is_refused(provider: Provider) -> None:
    assert (await differ(provider, kind="missing"))[1]["error"]["code"] == "no_line"
    assert (await differ(provider, kind="odd"))[0] == 422


async def test_the_panel_spoils_a_line_and_says_so(provider: Provider) -> None:
    honest = await three_payments(provider)
    assert "A API conta tudo como é." in await see(provider, "/statement")
    assert await press(provider, "/statement", action="altered", back=honest[0]["line_id"]) == (303, "/statement")
    assert await press(provider, "/statement", action="extra", back="") == (303, "/statement")
    html = await see(provider, "/statement")
    assert "A API difere das contas em 2 lançamentos." in html
    assert "Inventado: a API diz +R$" in html
    assert (await press(provider, "/statement", action="missing", back=honest[0]["line_id"]))[0] == 409
    assert await press(provider, "/statement", action="honest", back="") == (303, "/statement")
    assert await told(provider) == honest


async def test_a_stuck_payout_is_unknown_until_a_hand_settles_it(provider: Provider) -> None:
    await provider.knobs(payout_outcome="stuck", payout_delay_seconds=0)
    await provider.pay((await provider.charge())["id"])
    status, body = await provider.payout(4000)
    assert (status, body["error"]["code"]) == (504, "timeout")
    await provider.clock(30 * 86_400)
    [payout] = (await provider.get("/v1/payouts?reference=payout-1"))["data"]
    assert payout["status"] == "processing"
    assert (await provider.get("/v1/account"))["held_minor"] == 4000
    assert "até você concluir" in await see(provider, "/payouts")
    await provider.call("POST", f"/_sandbox/payouts/{payout['id']}/settle", {})
    assert (await provider.get(f"/v1/payouts/{payout['id']}"))["status"] == "paid"
