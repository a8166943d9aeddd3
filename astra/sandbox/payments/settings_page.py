"""The settings: how the provider misbehaves, where webhooks go, what time it is."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from .bank import Bank
from .controls import checked_address
from .knobs import CHOICES, LIMITS, Knobs
from .page import Html, answer, attributes, join, render
from .refusal import Refusal
from .refusal_words import sentence
from .speech import Speech

# Title, and the knobs under it: name, label, what it does.
GROUPS: list[tuple[str, list[tuple[str, str, str]]]] = [
    (
        "Webhooks",
        [
            ("duplicates", "Copies", "Every notice goes out this many more times."),
            ("delay_seconds", "Delay (seconds)", "Before the first try."),
            ("loss", "Share lost", "0 loses none, 1 loses all. Lost notices are never sent."),
            ("seed", "Seed of chance", "The same number loses the same notices."),
            ("reorder", "Last first", "Notices of one moment go out in reverse order."),
        ],
    ),
    (
        "Payments",
        [
            ("wrong_amount_minor", "Wrong amount (centavos)", "Added to what is paid: −1 is one centavo too little."),
            ("charge_fee_basis_points", "Fee (hundredths of a percent)", "99 takes 0.99% of every payment."),
            ("saved_card_declines", "Kept cards declined", "So many next charges of a kept card are declined."),
            ("late_payment", "Late payment", "An expired code can still be paid."),
            ("pay_after_cancel", "Payment after cancelling", "A cancelled code can still be paid."),
        ],
    ),
    (
        "Payouts and refunds",
        [
            (
                "payout_outcome",
                "Payouts become",
                "“unknown” sends the money and loses the answer; “stuck” loses it too and waits for your hand.",
            ),
            ("payout_delay_seconds", "Payout settles after (seconds)", "Long enough, and you settle it by hand."),
            ("payout_fee_minor", "Payout fee (centavos)", "Taken when it is paid."),
            ("refund_outcome", "Refunds become", "“pending” settles after the time below."),
            ("refund_delay_seconds", "Refund settles after (seconds)", "For pending refunds."),
        ],
    ),
    (
        "Statement",
        [
            ("statement_missing", "Lines left out", "So many next lines are in the books, but the API does not tell them."),
            ("statement_altered", "Lines altered", "So many next lines are told one centavo higher."),
            ("statement_extra", "Lines invented", "After so many next lines the API tells one that never was."),
        ],
    ),
    (
        "API",
        [
            ("timeout_after_success", "Lost answers", "So many next writes are done, but the shop hears nothing."),
            ("timeout_kind", "How the answer is lost", "As a 504, a cut connection, or silence."),
            ("api_errors", "Refused calls", "So many next calls fail, and nothing is done."),
            ("api_error_status", "Status of refused calls", "429, or 500 to 599."),
        ],
    ),
]
CHOICE_WORDS = {
    "paid": "paid",
    "failed": "failed",
    "returned": "returned",
    "unknown": "unknown",
    "stuck": "stuck",
    "succeeded": "succeeded",
    "pending": "pending",
    "504": "504",
    "cut": "cut",
    "hang": "silence",
}
NOTES = {
    "knobs": "Saved. It holds from now on.",
    "rest": "Everything behaves well again.",
    "address": "Saved. The next webhooks go there.",
    "clock": "The clock was moved. What became due has happened.",
}


class SettingsPage:
    """Routes of the settings."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    def routes(self) -> list[web.RouteDef]:
        """What to add to the application's router."""
        return [web.get("/settings", self._show), web.post("/settings", self._save)]

    async def _show(self, request: web.Request) -> web.Response:
        say = Speech.of(request)
        did = NOTES.get(request.query.get("did", ""))
        note = render("note", say, kind="ok", role="status", width="wide", text=say(did)) if did else None
        return self._page(say, note)

    async def _save(self, request: web.Request) -> web.Response:
        form, say = await request.post(), Speech.of(request)
        action = str(form.get("action", ""))
        try:
            self._do(action, form)
        except Refusal as refusal:
            note = render("note", say, kind="bad", role="alert", width="wide", text=sentence(say, refusal))
            return self._page(say, note, refusal.status)
        self._bank.changed()
        raise web.HTTPSeeOther(f"/settings?did={action}")

    def _do(self, action: str, form: MultiDictProxy[Any]) -> None:
        knobs = self._bank.state.knobs
        if action == "knobs":
            knobs.turn(_typed(form))
            self._bank.courier.reseed()
        elif action == "rest":
            knobs.turn(Knobs().public())
            self._bank.courier.reseed()
        elif action == "address":
            self._bank.set_webhook_url(checked_address(str(form.get("url", "")).strip()))
        elif action == "clock":
            try:
                hours = float(str(form.get("hours", "")).replace(",", "."))
            except ValueError:
                raise Refusal(422, "invalid_field", "Hours are a number.") from None
            if not -100_000 <= hours <= 100_000:
                raise Refusal(422, "invalid_field", "Hours are a number of at most 100,000.")
            self._bank.set_clock(hours * 3600)
        else:
            raise Refusal(422, "unknown_button", "This button is unknown.")

    def _page(self, say: Speech, note: Html | None, code: int = 200) -> web.Response:
        bank = self._bank
        groups = join(
            render(
                "knob_group",
                say,
                title=say(title),
                fields=join(self._field(say, name, say(label), say(help_text)) for name, label, help_text in knobs),
            )
            for title, knobs in GROUPS
        )
        main = render(
            "settings",
            say,
            groups=groups,
            url=bank.state.webhook_url,
            hours=f"{bank.clock.offset_seconds / 3600:g}",
            now=say.clock(bank.clock.now()),
            today=say.date(bank.clock.now()),
        )
        return answer(say, title=say("Settings"), main=main, section="settings", note=note, status=code)

    def _field(self, say: Speech, name: str, label: str, help_text: str) -> Html:
        value = getattr(self._bank.state.knobs, name)
        if isinstance(value, bool):
            return render("knob_switch", say, name=name, label=label, help=help_text, on=attributes(checked=value))
        if name in CHOICES:
            options = join(
                render("option", say, value=choice, text=say(CHOICE_WORDS[choice]), on=attributes(selected=choice == value))
                for choice in CHOICES[name]
            )
            return render("knob_choice", say, name=name, label=label, help=help_text, options=options)
        least, most = LIMITS[name]
        step = "1" if isinstance(value, int) else "any"
        limits = {"least": f"{least:.0f}", "most": f"{most:.0f}", "step": step}
        return render("knob_number", say, name=name, label=label, help=help_text, value=f"{value:g}", **limits)


def _typed(form: MultiDictProxy[Any]) -> dict[str, Any]:
    """The form's texts as the knobs want them. A switch that is off is not in a form. Raises Refusal 422."""
    wanted: dict[str, Any] = {}
    for knob in fields(Knobs):
        kind = Knobs.kind(knob.name)
        if kind is bool:
            wanted[knob.name] = knob.name in form
            continue
        if knob.name not in form:
            continue
        try:
            wanted[knob.name] = kind(str(form[knob.name]).strip())
        except ValueError:
            raise Refusal(422, "invalid_knob", f"Knob {knob.name} does not take {form[knob.name]!r}.") from None
    return wanted
