"""The panel: what the provider knows, in lists, and the buttons that move it by hand."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from aiohttp import web

from . import rows
from .bank import Bank
from .body import Body
from .charge import EXPIRED, PENDING, PIX, Charge, Payment
from .code_page import code_form
from .dispute import LOST, WON
from .ids import new_id
from .knobs import Knobs
from .life import life
from .page import Html, answer, join, render
from .paging import paged
from .payout import FAILED, PAID, RETURNED
from .refund import SUCCEEDED
from .refusal import Refusal
from .refusal_words import sentence
from .speech import Speech
from .status_words import CHARGE, REFUND, status

OVERVIEW_ROWS = 8


class Panel:
    """Routes of the lists and of one charge."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        return [
            web.get("/", self._overview),
            web.get("/charges", self._charges),
            web.get("/charges/{id}", self._charge),
            web.post("/charges/{id}", self._press_charge),
            web.get("/payouts", self._payouts),
            web.post("/payouts/{id}", self._press_payout),
            web.post("/refunds/{id}", self._press_refund),
            web.post("/disputes/{id}", self._press_dispute),
            web.get("/webhooks", self._webhooks),
            web.post("/webhooks/{id}", self._resend),
        ]

    async def _overview(self, request: web.Request) -> web.Response:
        say, bank, now = Speech.of(request), self._bank, self._bank.clock.now()
        charges, payouts = bank.charges.find()[::-1], bank.payouts.find()[::-1]
        pending = [charge for charge in charges if charge.status == PENDING]
        address = urlsplit(bank.state.webhook_url).netloc
        turned = sum(value != getattr(Knobs(), name) for name, value in bank.state.knobs.public().items())
        main = render(
            "overview",
            say,
            form=code_form(say),
            balance=say.money(bank.account.balance_minor),
            held=say.money(bank.account.held_minor),
            pending=say.money(sum(charge.amount_minor for charge in pending)),
            pending_text=say("1 charge") if len(pending) == 1 else say("{count} charges", count=len(pending)),
            address=address or say("nowhere yet: set the address in Settings"),
            address_style="id" if address else "strong",
            misbehaving=say("Everything behaves well.") if not turned else say("Knobs turned: {count}.", count=turned),
            charges=self._list(
                say,
                "charges",
                say("Newest charges"),
                rows.charges(say, charges[:OVERVIEW_ROWS], now, pay=True),
                more="/charges" if len(charges) > OVERVIEW_ROWS else "",
            ),
            payouts=self._list(
                say,
                "payouts",
                say("Newest payouts"),
                rows.payouts(say, payouts[:OVERVIEW_ROWS], now, back="/"),
                more="/payouts" if len(payouts) > OVERVIEW_ROWS else "",
            ),
        )
        return answer(say, title=say("Overview"), main=main, section="overview")

    async def _charges(self, request: web.Request) -> web.Response:
        say, query = Speech.of(request), request.query.get("q", "").strip()
        found = [
            charge
            for charge in self._bank.charges.find()
            if not query or query.lower() in charge.reference.lower() or query in (charge.id, charge.br_code)
        ]
        shown, foot = paged(request, say, found)
        table = rows.charges(say, shown, self._bank.clock.now(), pay=True, query=query)
        return self._listed(say, "charges", say("Charges"), table, foot, render("search", say, query=query))

    async def _payouts(self, request: web.Request) -> web.Response:
        say = Speech.of(request)
        shown, foot = paged(request, say, self._bank.payouts.find())
        table = rows.payouts(say, shown, self._bank.clock.now(), back="/payouts")
        return self._listed(say, "payouts", say("Payouts"), table, foot)

    async def _webhooks(self, request: web.Request) -> web.Response:
        say = Speech.of(request)
        shown, foot = paged(request, say, list(self._bank.state.messages.values()))
        return self._listed(say, "webhooks", say("Webhooks"), rows.messages(say, shown, back="/webhooks"), foot)

    async def _charge(self, request: web.Request) -> web.Response:
        return self._charge_page(Speech.of(request), self._bank.charges.get(request.match_info["id"]))

    def _charge_page(self, say: Speech, charge: Charge, note: Html | None = None, code: int = 200) -> web.Response:
        now, here = self._bank.clock.now(), f"/charges/{charge.id}"
        facts = [
            (say("Amount"), say.money(charge.amount_minor), ""),
            (say("Description"), charge.description or say("No description"), "wrap"),
            (say("Made at"), say.moment(charge.created_at, now), ""),
            (say("Expires at"), say.moment(charge.expires_at, now), ""),
            (say("Identifier"), charge.id, "id"),
        ]
        can_cancel = charge.status in (PENDING, EXPIRED)
        messages = self._bank.courier.about(charge.id)
        about = [refund.id for refund in self._bank.refunds.find(charge_id=charge.id)]
        about += [dispute.id for dispute in self._bank.disputes.find(charge_id=charge.id)]
        for name in about:
            messages += self._bank.courier.about(name)
        main = render(
            "charge_page",
            say,
            id=charge.id,
            reference=charge.reference,
            state=status(say, CHARGE, charge.status),
            facts=join(render("fact", say, name=name, value=value, style=style) for name, value, style in facts),
            cancel=rows.buttons(say, here, here, [("cancel", say("Cancel the charge"))]) if can_cancel else Html(""),
            life=life(self._bank, charge, say),
            payments=self._payments(say, charge),
            refunds=self._refunds(say, charge),
            disputes=self._disputes(say, charge),
            webhooks=rows.messages(say, messages[::-1], back=here),
        )
        return answer(say, title=charge.reference, main=main, section="charges", note=note, status=code)

    def _payments(self, say: Speech, charge: Charge) -> Html:
        if not charge.payments:
            return Html("")
        items = (
            render(
                "item",
                say,
                title=say.money(payment.amount_minor),
                detail=f"{payment.end_to_end_id} · {say.clock(payment.paid_at)}",
                state=self._fee(say, payment),
                action=rows.buttons(
                    say,
                    f"/charges/{charge.id}",
                    payment.id,
                    [
                        *([("bank_refund", say("Bank takes it back (MED)"))] if charge.kind == PIX else []),
                        ("dispute", say("Open a dispute")),
                    ],
                )
                if payment.refundable_minor
                else Html(""),
            )
            for payment in charge.payments
        )
        return self._list(say, "payments", say("Payments"), join(items))

    def _fee(self, say: Speech, payment: Payment) -> Html:
        text = say("Fee {amount}", amount=say.money(payment.fee_minor)) if payment.fee_minor else say("No fee")
        return render("status", say, style="st-plain", word=text)

    def _refunds(self, say: Speech, charge: Charge) -> Html:
        refunds = self._bank.refunds.find(charge_id=charge.id)
        if not refunds:
            return Html("")
        press = [("settle", say("Settle")), ("fail", say("Let it fail"))]
        items = (
            render(
                "item",
                say,
                title=say.money(refund.amount_minor),
                detail=f"{refund.reference} · {say.clock(refund.updated_at)}",
                state=status(say, REFUND, refund.status),
                action=rows.buttons(say, f"/refunds/{refund.id}", f"/charges/{charge.id}", press)
                if refund.status == "pending"
                else Html(""),
            )
            for refund in refunds
        )
        return self._list(say, "refunds", say("Refunds"), join(items))

    def _disputes(self, say: Speech, charge: Charge) -> Html:
        found = self._bank.disputes.find(charge_id=charge.id)
        if not found:
            return Html("")
        return self._list(say, "disputes", say("Disputes"), rows.disputes(say, found, self._bank.clock.now()))

    async def _press_charge(self, request: web.Request) -> web.Response:
        form, say = await request.post(), Speech.of(request)
        charge = self._bank.charges.get(request.match_info["id"])
        try:
            if form.get("action") == "bank_refund":
                self._take_back(charge, str(form.get("back", "")))
            elif form.get("action") == "dispute":
                self._bank.disputes.open(charge.id, Body({"payment_id": str(form.get("back", ""))}))
            else:
                self._bank.charges.cancel(charge.id)
        except Refusal as refusal:
            note = render("note", say, kind="bad", role="alert", width="wide", text=sentence(say, refusal))
            return self._charge_page(say, charge, note, refusal.status)
        self._bank.changed()
        raise web.HTTPSeeOther(f"/charges/{charge.id}")

    def _take_back(self, charge: Charge, payment_id: str) -> None:
        """The payer's bank gets all of a payment back by the special return mechanism; nobody asked the shop."""
        left = next((p.refundable_minor for p in charge.payments if p.id == payment_id), 0)
        reference = f"med-{new_id('x')[-10:]}"
        body = Body({"amount_minor": left, "reference": reference, "payment_id": payment_id})
        self._bank.refunds.create(charge.id, body)

    async def _press_payout(self, request: web.Request) -> web.Response:
        wanted = {"settle": PAID, "fail": FAILED, "return": RETURNED}
        return await self._press(request, wanted, lambda name, state: self._bank.payouts.settle(name, state))

    async def _press_refund(self, request: web.Request) -> web.Response:
        wanted = {"settle": SUCCEEDED, "fail": "failed"}
        return await self._press(request, wanted, lambda name, state: self._bank.refunds.settle(name, state))

    async def _press_dispute(self, request: web.Request) -> web.Response:
        wanted = {"win": WON, "lose": LOST}
        return await self._press(request, wanted, lambda name, state: self._bank.disputes.decide(name, state))

    async def _resend(self, request: web.Request) -> web.Response:
        return await self._press(request, {"resend": ""}, lambda name, _: self._bank.courier.resend(name))

    async def _press(self, request: web.Request, wanted: dict[str, str], act: Callable[[str, str], object]) -> web.Response:
        form = await request.post()
        action, back = str(form.get("action", "")), str(form.get("back", "/"))
        if action not in wanted:
            raise Refusal(422, "unknown_button", "This button is unknown.")
        act(request.match_info["id"], wanted[action])
        self._bank.changed()
        # Only a path of our own: a form of another origin must not send people elsewhere.
        raise web.HTTPSeeOther("/" + quote(back.lstrip("/\\"), safe="/_"))

    @staticmethod
    def _list(say: Speech, name: str, title: str, table: Html, more: str = "") -> Html:
        tools = render("link_button", say, href=more, text=say("See all")) if more else Html("")
        return render("list", say, id=f"list-{name}", title=title, tools=tools, rows=table, foot=Html(""))

    @staticmethod
    def _listed(say: Speech, section: str, title: str, table: Html, foot: Html, search: Html | None = None) -> web.Response:
        card = render("card", say, rows=table, foot=foot)
        main = render("page_list", say, title=title, search=search or Html(""), list=card)
        return answer(say, title=title, main=main, section=section)
