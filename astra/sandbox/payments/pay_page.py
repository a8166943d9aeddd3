"""The payer's page: the code, a button that pays, and what came of it."""

from __future__ import annotations

import io
import re

import segno
from aiohttp import web

from .bank import Bank
from .body import MAX_AMOUNT_MINOR
from .card_page import open_card
from .charge import CANCELLED, CARD, EXPIRED, PAID, PARTIALLY_REFUNDED, PENDING, REFUNDED, Charge
from .life import life
from .message import DELIVERED, WAITING
from .page import HEADERS, Html, answer, join, render
from .refusal import Refusal
from .refusal_words import sentence
from .speech import Speech
from .status_words import CHARGE, status


class PayPage:
    """Routes of one charge as its payer sees it."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        return [
            web.get("/pay/{id}", self._show),
            web.post("/pay/{id}", self._pay),
            web.get("/pay/{id}/qr.svg", self._qr),
            web.get("/pix/{id}", self._follow),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        say = Speech.of(request)
        return self._page(say, self._bank.charges.get(request.match_info["id"]))

    async def _follow(self, request: web.Request) -> web.Response:
        """What the code points to: people who open it in a browser see the page."""
        raise web.HTTPFound(f"/pay/{self._bank.charges.get(request.match_info['id']).id}")

    async def _pay(self, request: web.Request) -> web.Response:
        form, say = await request.post(), Speech.of(request)
        charge = self._bank.charges.get(request.match_info["id"])
        action = str(form.get("action", ""))
        try:
            if action == "amount":
                self._bank.charges.pay(charge.id, amount_of(str(form.get("amount", ""))))
            elif action in ("pay", "twice"):
                for _ in range(2 if action == "twice" else 1):
                    self._bank.charges.pay(charge.id)
            else:
                raise Refusal(422, "unknown_button", "This button is unknown.")
        except Refusal as refusal:
            note = render("note", say, kind="bad", role="alert", width="narrow", text=sentence(say, refusal))
            return self._page(say, charge, note=note, code=refusal.status)
        self._bank.changed()
        raise web.HTTPSeeOther(f"/pay/{charge.id}")

    async def _qr(self, request: web.Request) -> web.Response:
        charge = self._bank.charges.get(request.match_info["id"])
        if not charge.br_code:
            raise web.HTTPNotFound
        out = io.BytesIO()
        # Black on white in both themes, with the quiet zone that scanners need.
        segno.make(charge.br_code, error="m", micro=False).save(out, kind="svg", border=4, scale=4, light="#fff")
        return web.Response(body=out.getvalue(), content_type="image/svg+xml", headers=HEADERS)

    def _page(self, say: Speech, charge: Charge, *, note: Html | None = None, code: int = 200) -> web.Response:
        main = render(
            "pay",
            say,
            id=charge.id,
            payee=charge.payee,
            amount=say.money(charge.amount_minor),
            description=charge.description or say("No description"),
            state=status(say, CHARGE, charge.status),
            body=self._open(say, charge) if charge.status == PENDING else self._closed(say, charge),
            life=life(self._bank, charge, say) if charge.status != PENDING else Html(""),
            situations=self._situations(say, charge),
        )
        amount = say.money(charge.amount_minor)
        # The name of the window tells among many which of them is done.
        done = self._result(say, charge)[2] if charge.status != PENDING else ""
        title = f"{done}: {amount}" if done else say("Pay {amount}", amount=amount)
        return answer(say, title=title, main=main, note=note, status=code)

    def _open(self, say: Speech, charge: Charge) -> Html:
        if charge.kind == CARD:
            return open_card(self._bank, say, charge)
        now = self._bank.clock.now()
        left = max(0, int((charge.expires_at - now).total_seconds()))
        return render(
            "pay_open",
            say,
            id=charge.id,
            br_code=charge.br_code,
            expires=say.moment(charge.expires_at, now),
            seconds_left=left,
            left=say("{minutes} min", minutes=-(-left // 60)),
            reference=charge.reference,
            button=say("Pay {amount}", amount=say.money(charge.amount_minor)),
        )

    def _closed(self, say: Speech, charge: Charge) -> Html:
        picture, style, title, text = self._result(say, charge)
        facts = [(say("Reference"), charge.reference, "id")]
        first = charge.settling
        if first is not None:
            facts.insert(0, (say("Paid amount"), say.money(first.amount_minor), ""))
            facts.insert(1, (say("Paid at"), say.moment(first.paid_at, self._bank.clock.now()), ""))
            facts.append((say("Payment"), first.end_to_end_id, "id"))
            if first.refunded_minor:
                facts.insert(2, (say("Given back"), say.money(first.refunded_minor), ""))
        button = say("Pay anyway: {amount}", amount=say.money(charge.amount_minor))
        return render(
            "pay_closed",
            say,
            picture=picture,
            style=style,
            title=title,
            text=text,
            back=self._way_back(say, charge),
            facts=join(render("fact", say, name=name, value=value, style=kind) for name, value, kind in facts),
            action=render("pay_late", say, button=button) if self._takes_late(charge) else Html(""),
        )

    def _result(self, say: Speech, charge: Charge) -> tuple[str, str, str, str]:
        if charge.status == EXPIRED:
            when = say.moment(charge.expires_at, self._bank.clock.now())
            return (
                "late",
                "",
                say("This charge expired") if charge.kind == CARD else say("This code expired"),
                say("It was good until {when}. Nothing was paid.", when=when),
            )
        if charge.status == CANCELLED:
            return "closed", "", say("This charge was cancelled"), say("It takes no money any more. Nothing was paid.")
        if charge.status == REFUNDED:
            return "back", "", say("The money went back"), say("The shop returned the whole payment.")
        if charge.status == PARTIALLY_REFUNDED:
            return "back", "", say("Part of the money went back"), say("The shop keeps the rest.")
        return (
            "done",
            "ok",
            say("Payment confirmed"),
            f"{self._difference(say, charge)} {self._told(say, charge)}".strip(),
        )

    @staticmethod
    def _difference(say: Speech, charge: Charge) -> str:
        first = charge.settling
        if first is None or first.amount_minor == charge.amount_minor:
            return ""
        paid, asked = say.money(first.amount_minor), say.money(charge.amount_minor)
        return say("{paid} was paid instead of {asked}.", paid=paid, asked=asked)

    def _told(self, say: Speech, charge: Charge) -> str:
        told = [m for m in self._bank.courier.about(charge.id) if m.type == "charge.paid"]
        for message in told:
            if message.state == DELIVERED:
                when = say.clock(message.attempts[-1].at)
                return say("The shop was told at {when}.", when=when)
        if any(message.state == WAITING for message in told):
            return say("The shop is being told.")
        return say("The shop has not been told.")

    def _way_back(self, say: Speech, charge: Charge) -> Html:
        if charge.status != PAID:
            return Html("")
        if charge.return_url:
            return render("link_button", say, href=charge.return_url, text=say("Go back to the shop"))
        told = any(m.type == "charge.paid" and m.state in (DELIVERED, WAITING) for m in self._bank.courier.about(charge.id))
        text = say("Now go back to the window with Discord, or to the page that you came from: it changes by itself.")
        if not told:
            text = say("Go back to the window with Discord all the same: the shop has to find this payment by itself.")
        return render("way_back", say, text=text)

    def _takes_late(self, charge: Charge) -> bool:
        knobs = self._bank.state.knobs
        if charge.kind == CARD:
            return False
        return (charge.status == EXPIRED and knobs.late_payment) or (charge.status == CANCELLED and knobs.pay_after_cancel)

    def _situations(self, say: Speech, charge: Charge) -> Html:
        if charge.kind == CARD:
            return Html("")
        if not charge.payments and charge.status != PENDING and not self._takes_late(charge):
            return Html("")
        paid = bool(charge.payments)
        return render(
            "pay_situations",
            say,
            placeholder=say.money(charge.amount_minor - 1 or 2),
            twice_title=say("Pay again") if paid else say("Pay twice"),
            twice_text=say("The payer's app sent it twice. The shop should give the second payment back."),
            twice_action="pay" if paid else "twice",
            twice_button=say("Pay again") if paid else say("Pay twice"),
        )


def amount_of(text: str) -> int:
    """The centavos in `1.284,30`, `49,9`, `49.90` or `R$ 5`. Raises Refusal 422 `invalid_amount`."""
    plain = re.sub(r"[R$\s\u00a0]", "", text)
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    match = re.fullmatch(r"(\d{1,9})(?:\.(\d{1,2}))?", plain, re.ASCII)
    amount_minor = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else 0
    if not 0 < amount_minor <= MAX_AMOUNT_MINOR:
        raise Refusal(422, "invalid_amount", f"This is no amount: {text!r}.")
    return amount_minor
