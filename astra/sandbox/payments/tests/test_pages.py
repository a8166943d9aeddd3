"""The pages without a browser: what they show, what their buttons do, what they let through."""

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from astra.sandbox.payments.brcode import dynamic_code
from astra.sandbox.payments.page import HEADERS
from astra.sandbox.payments.pay_page import amount_of
from astra.sandbox.payments.refusal import Refusal

from .provider import Json, Provider, Receiver

NASTY = '<script>alert("x")</script>&${reference}'
PAGES = ["/", "/charges", "/payouts", "/statement", "/webhooks", "/settings"]


class Reader(HTMLParser):
    """Notes what a page must not have, and what it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: set[str] = set()
        self.links: set[str] = set()
        self.unnamed_pictures = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.inline += [name for name in named if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in named):
            self.inline.append(tag)
        if "id" in named:
            self.ids.append(named["id"] or "")
        if tag == "label":
            self.labelled.add(named.get("for") or "")
        if tag in ("input", "select") and named.get("type") != "hidden":
            self.fields.add(named.get("id") or "?")
        if tag == "a":
            self.links.add(named.get("href") or "")
        if tag == "img" and "alt" not in named:
            self.unnamed_pictures += 1


async def see(provider: Provider, path: str, *, language: str = "pt-BR", status: int = 200) -> str:
    """The page's HTML, checked for what holds for every page."""
    async with provider.client.get(path, headers={"Accept-Language": language}) as answer:
        html = await answer.text()
        assert answer.status == status, html
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]
    reader = Reader(html)
    assert reader.inline == []
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.fields <= reader.labelled
    assert reader.unnamed_pictures == 0
    assert html.count("<h1") == 1
    assert "${" not in html.replace(escape(NASTY), "")
    return html


async def press(provider: Provider, path: str, **form: str) -> tuple[int, str]:
    """Sends a form as a browser does and does not follow: the status, and where it leads or what it says."""
    async with provider.client.post(path, data=form, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location") or await answer.text()


async def a_bit_of_everything(provider: Provider) -> Json:
    await provider.knobs(payout_delay_seconds=3600, refund_outcome="pending", refund_delay_seconds=3600)
    charge = await provider.charge(reference="<b>one", description=NASTY)
    await provider.pay(charge["id"], times=2)
    await provider.refund(charge["id"], 100, reference="<b>back")
    await provider.payout(100, reference="<b>out", holder={"name": NASTY, "document": "52998224725"})
    await provider.charge(reference="open", description=NASTY)
    return charge


async def test_empty_pages_say_what_will_come(provider: Provider) -> None:
    for path in PAGES:
        await see(provider, path)
    assert "Nenhuma cobrança ainda" in await see(provider, "/charges")
    assert "Nenhum saque ainda" in await see(provider, "/payouts")
    assert "Nenhum lançamento ainda" in await see(provider, "/statement")
    assert "Nenhum webhook ainda" in await see(provider, "/webhooks")
    assert "No charge yet" in await see(provider, "/", language="en-US,en;q=0.9")


async def test_every_page_escapes_what_it_shows_and_every_link_leads_somewhere(provider: Provider) -> None:
    charge = await a_bit_of_everything(provider)
    seen: set[str] = set()
    ahead = {"/", f"/pay/{charge['id']}"}
    while ahead - seen:
        path = (ahead - seen).pop()
        seen.add(path)
        html = await see(provider, path)
        assert "<b>" not in html.replace("<b class", "")
        assert 'alert("x")' not in html
        ahead |= {link for link in Reader(html).links if link.startswith("/")}
    assert {f"/pay/{charge['id']}", f"/charges/{charge['id']}", *PAGES} <= seen


async def test_the_payers_page_shows_what_is_needed_to_pay(provider: Provider) -> None:
    charge = await provider.charge(description="Sertão 2084")
    html = await see(provider, f"/pay/{charge['id']}")
    for text in (
        "R$\xa049,90",
        "Loja de Teste",
        "Sertão 2084",
        charge["br_code"],
        "Aguardando pagamento",
    ):
        assert text in html
    assert re.search(r'data-left="(900|89\d)"', html)  # all of it, when no millisecond has passed
    async with provider.client.get(f"/pay/{charge['id']}/qr.svg") as answer:
        assert (answer.status, answer.content_type) == (200, "image/svg+xml")
        assert (await answer.text()).startswith("<?xml")
    assert "R$49.90" in await see(provider, f"/pay/{charge['id']}", language="en")


async def test_the_address_in_the_code_leads_to_the_page(provider: Provider) -> None:
    charge = await provider.charge()
    async with provider.client.get(f"/pix/{charge['id']}", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, f"/pay/{charge['id']}")


async def test_a_pasted_code_leads_to_the_page_of_its_charge(provider: Provider) -> None:
    charge = await provider.charge()
    other = await provider.charge()
    form = Reader(await see(provider, "/"))
    assert "pix-code" in form.fields
    code = charge["br_code"]
    for pasted in (code, f"  {code}\n", f"{code[:60]}\r\n{code[60:]}", code.replace(" ", "\u00a0")):
        async with provider.client.get("/pix", params={"code": pasted}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, f"/pay/{charge['id']}")
    async with provider.client.get("/pix", params={"code": other["br_code"]}, allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/pay/{other['id']}"
    for nothing in ("/pix", "/pix?code=", "/pix?code=%20%0A"):
        async with provider.client.get(nothing, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "/")


async def test_a_code_of_no_charge_here_is_explained_and_can_be_mended(provider: Provider) -> None:
    code = (await provider.charge())["br_code"]
    elsewhere = dynamic_code(url="bank.example/pix/1", amount_minor=100, name="Loja", city="Recife")
    changed = code.replace("49.90", "19.90")
    cases = [
        (elsewhere, 404, "Nenhuma cobrança daqui tem este código"),
        (code[:-9], 422, "está cortado ou foi alterado"),
        (changed, 422, "está cortado ou foi alterado"),
        (code + "é", 422, "está cortado ou foi alterado"),
        ("52998224725", 422, "Isto não é um código PIX"),
        (NASTY, 422, "Isto não é um código PIX"),
    ]
    for pasted, status, text in cases:
        html = await see(provider, f"/pix?code={quote(pasted)}", status=status)
        assert (text in html, "Nada foi pago" in html, f'value="{escape(pasted)}"' in html) == (True, True, True)
    english = await see(provider, f"/pix?code={quote(elsewhere)}", language="en", status=404)
    assert "No charge here has this code. Nothing was paid." in english


async def test_who_has_paid_is_told_to_go_back(provider: Provider, receiver: Receiver) -> None:
    charge = await provider.charge()
    hint = "Agora volte à janela do Discord"
    assert hint not in await see(provider, f"/pay/{charge['id']}")
    await press(provider, f"/pay/{charge['id']}", action="pay")
    html = await see(provider, f"/pay/{charge['id']}")
    assert hint in html
    assert "<title>Pagamento confirmado: R$\xa049,90" in html
    assert "Now go back to the window with Discord" in await see(provider, f"/pay/{charge['id']}", language="en")
    await provider.knobs(loss=1)
    unheard = await provider.charge()
    await provider.pay(unheard["id"])
    html = await see(provider, f"/pay/{unheard['id']}")
    assert hint not in html
    assert "a loja precisa achar este pagamento sozinha" in html


async def test_the_button_pays_and_the_page_follows_the_shop(provider: Provider, receiver: Receiver) -> None:
    charge = await provider.charge()
    receiver.plan = [500]
    assert await press(provider, f"/pay/{charge['id']}", action="pay") == (303, f"/pay/{charge['id']}")
    assert "Pagamento confirmado" in await see(provider, f"/pay/{charge['id']}")
    await receiver.wait_for(2)
    html = await see(provider, f"/pay/{charge['id']}")
    assert "A loja foi avisada às" in html
    assert "Resposta 204" in html


async def test_other_situations(provider: Provider) -> None:
    wrong, twice, late, closed = [await provider.charge(expires_in_seconds=60) for _ in range(4)]
    await press(provider, f"/pay/{wrong['id']}", action="amount", amount="49,89")
    assert "Foi pago R$\xa049,89 em vez de R$\xa049,90" in await see(provider, f"/pay/{wrong['id']}")
    await press(provider, f"/pay/{twice['id']}", action="twice")
    assert "Pago de novo: R$\xa049,90" in await see(provider, f"/pay/{twice['id']}")
    await press(provider, f"/charges/{closed['id']}", action="cancel")
    html = await see(provider, f"/pay/{closed['id']}")
    assert "Esta cobrança foi cancelada" in html
    assert "<form" not in html
    status, text = await press(provider, f"/pay/{closed['id']}", action="pay")
    assert status == 409
    assert "Nada foi pago" in text
    await provider.clock(61)
    assert "Este código venceu" in await see(provider, f"/pay/{late['id']}")
    await press(provider, f"/pay/{late['id']}", action="pay")
    assert "Pagamento confirmado" in await see(provider, f"/pay/{late['id']}")


async def test_refunds_show_on_the_payers_page(provider: Provider) -> None:
    charge = await provider.charge()
    await provider.pay(charge["id"])
    await provider.refund(charge["id"], 990)
    assert "Parte do dinheiro voltou" in await see(provider, f"/pay/{charge['id']}")
    await provider.refund(charge["id"], 4000)
    assert "O dinheiro voltou" in await see(provider, f"/pay/{charge['id']}")


@pytest.mark.parametrize(
    ("text", "amount_minor"),
    [("49,90", 4990), ("49.90", 4990), ("49,9", 4990), ("5", 500), ("R$ 1.284,30", 128430), ("R$\xa00,01", 1)],
)
def test_amounts_as_people_write_them(text: str, amount_minor: int) -> None:
    assert amount_of(text) == amount_minor


@pytest.mark.parametrize("text", ["", "0", "0,00", "-5", "1.284", "1,284.30", "abc", "٤٩", "1e3", "9" * 12])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        amount_of(text)


async def test_a_wrong_amount_in_the_form_pays_nothing_and_says_so(provider: Provider) -> None:
    charge = await provider.charge()
    for form in ({"action": "amount", "amount": "abc"}, {"action": "nothing"}, {}):
        status, text = await press(provider, f"/pay/{charge['id']}", **form)
        assert status == 422
        assert 'role="alert"' in text
    assert (await provider.get(f"/v1/charges/{charge['id']}"))["status"] == "pending"


async def test_the_panel_moves_payouts_refunds_and_payments(provider: Provider) -> None:
    charge = await a_bit_of_everything(provider)
    [refund], [payout] = provider.bank.state.refunds.values(), provider.bank.state.payouts.values()
    assert "sozinho às" in await see(provider, "/payouts")
    assert await press(provider, f"/payouts/{payout.id}", action="settle", back="/payouts") == (303, "/payouts")
    assert payout.status == "paid"
    assert (await press(provider, f"/payouts/{payout.id}", action="settle"))[0] == 409
    await press(provider, f"/payouts/{payout.id}", action="return")
    assert payout.status == "returned"
    await press(provider, f"/refunds/{refund.id}", action="fail")
    assert refund.status == "failed"
    second = provider.bank.state.charges[charge["id"]].payments[1].id
    await provider.knobs(refund_outcome="succeeded")
    assert (await press(provider, f"/charges/{charge['id']}", action="bank_refund", back=second))[0] == 303
    assert provider.bank.state.charges[charge["id"]].payments[1].refunded_minor == 4990
    assert (await press(provider, f"/charges/{charge['id']}", action="cancel"))[0] == 409


async def test_a_form_cannot_send_people_elsewhere(provider: Provider) -> None:
    await provider.pay((await provider.charge())["id"])
    await provider.call("PUT", "/_sandbox/webhook", {"url": "http://127.0.0.1:9/"})
    [message] = provider.bank.state.messages
    for back in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        _, where = await press(provider, f"/webhooks/{message}", action="resend", back=back)
        assert re.fullmatch(r"/[^/\\].*", where)


async def test_settings_turn_knobs_address_and_clock(provider: Provider) -> None:
    form = {name: str(value) for name, value in provider.bank.state.knobs.public().items() if value is not True}
    form = {name: value for name, value in form.items() if value != "False"}
    wanted = {**form, "loss": "0.5", "reorder": "on", "wrong_amount_minor": "-1", "payout_outcome": "unknown"}
    assert await press(provider, "/settings", action="knobs", **wanted) == (303, "/settings?did=knobs")
    knobs = provider.bank.state.knobs
    assert (knobs.loss, knobs.reorder, knobs.wrong_amount_minor, knobs.payout_outcome) == (0.5, True, -1, "unknown")
    assert knobs.late_payment is False  # it was not ticked
    assert "Guardado." in await see(provider, "/settings?did=knobs")
    for bad in ({**wanted, "loss": "2"}, {**wanted, "duplicates": "x"}):
        status, text = await press(provider, "/settings", action="knobs", **bad)
        assert (status, "Nada foi guardado" in text) == (422, True)
    assert knobs.loss == 0.5
    await press(provider, "/settings", action="rest")
    assert knobs == type(knobs)()
    await press(provider, "/settings", action="address", url="http://localhost:8000/hook")
    assert provider.bank.state.webhook_url == "http://localhost:8000/hook"
    assert (await press(provider, "/settings", action="address", url="ftp://x"))[0] == 422
    await press(provider, "/settings", action="clock", hours="192")
    assert provider.bank.clock.offset_seconds == 8 * 86_400
    for hours in ("", "soon", "nan", "1e9"):
        assert (await press(provider, "/settings", action="clock", hours=hours))[0] == 422


async def test_lists_are_searched_and_paged(provider: Provider) -> None:
    for number in range(120):
        await provider.charge(reference=f"order-{number:03}")
    first, last = await see(provider, "/charges"), await see(provider, "/charges?page=3")
    assert ("order-119" in first, "order-069" in first, "Página 1 de 3" in first) == (True, False, True)
    assert ("order-019" in last, "order-000" in last) == (True, True)
    found = await see(provider, "/charges?q=ORDER-007")
    assert ("order-007" in found, "order-008" in found) == (True, False)
    assert "Nada encontrado para “&lt;b&gt;”" in await see(provider, "/charges?q=<b>")
    for odd in ("0", "-1", "x", "999", "9" * 30):
        await see(provider, f"/charges?page={odd}")


async def test_what_is_not_there_is_said_on_a_page(provider: Provider) -> None:
    for path in ("/nothing", "/pay/ch_x", "/charges/ch_x", "/pix/ch_x", "/static/../app.py"):
        assert "Esta página não abriu" in await see(provider, path, status=404)


async def test_the_version_of_a_page_changes_with_what_it_says_and_not_with_the_clock(provider: Provider) -> None:
    charge = await provider.charge()

    async def version() -> str:
        found = re.search(r'data-version="(\w+)"', await see(provider, f"/pay/{charge['id']}"))
        assert found is not None
        return found[1]

    before = await version()
    await provider.clock(20)
    assert await version() == before
    await provider.pay(charge["id"])
    assert await version() != before
