"""An invoice as a PDF, in the language that is in force. The same invoice gives the same bytes."""

import datetime
import functools

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from fpdf import FPDF
from validate_docbr import CNPJ, CPF

from astra.core.journey.billing.customer import Customer
from astra.core.journey.billing.queries import InvoiceFacts
from astra.core.surfaces.portal.words import invoice_word
from astra.core.surfaces.ui.formats import money_text
from astra.core.surfaces.ui.vendor import VENDOR

ISSUER = "AstraSystems"
FONT, MARGIN_MM, WIDTH_MM = "dejavu", 20.0, 170.0
INK, QUIET, LINE = (28, 30, 33), (98, 102, 109), (216, 219, 223)


def invoice_pdf(invoice: InvoiceFacts, customer: Customer | None, payment_id: str) -> bytes:
    """One page: number, who and to whom (with CPF or CNPJ where the seller gave it), lines, total, how it was paid.

    ``payment_id`` is the bank's own number of the payment, empty where there is none. For a paid or returned invoice.
    """
    paid_at = invoice.paid_at or invoice.created_at
    page = _blank(f"{_('Invoice')} {invoice.number}", paid_at)
    _head(page, invoice)
    document = [] if customer is None else [(customer.kind.upper(), _masked(customer))]
    _facts(
        page,
        [
            (pgettext("invoice", "From"), ISSUER),
            (pgettext("invoice", "To"), customer.name if customer is not None else invoice.customer_name),
            *document,
            (_("Shop"), invoice.customer_name),
            (_("Issued on"), _day(paid_at)),
        ],
    )
    _lines(page, invoice)
    way = _("Paid by card on") if invoice.paid_by == "card" else _("Paid by PIX on")
    _facts(page, [(way, _day(paid_at)), *([(_("Payment"), payment_id)] if payment_id else [])])
    page.set_font(FONT, "", 8)
    page.set_text_color(*QUIET)
    page.multi_cell(WIDTH_MM, 4.5, _("This receipt shows what was paid for the plan. It is not a fiscal document (nota fiscal)."))
    return bytes(page.output())


def _blank(title: str, at: datetime.datetime) -> FPDF:
    page = FPDF(format="A4")
    page.set_margin(MARGIN_MM)
    page.set_title(title)
    page.set_author(ISSUER)
    page.set_lang(get_language() or "pt-BR")
    page.set_creation_date(at)
    for style, path in _fonts():
        page.add_font(FONT, style, path)
    page.add_page()
    page.set_text_color(*INK)
    page.set_draw_color(*LINE)
    return page


@functools.cache
def _fonts() -> tuple[tuple[str, str], ...]:
    return ("", str(VENDOR / "dejavu-sans.ttf")), ("B", str(VENDOR / "dejavu-sans-bold.ttf"))


def _head(page: FPDF, invoice: InvoiceFacts) -> None:
    page.set_font(FONT, "B", 20)
    page.cell(WIDTH_MM, 10, _("Invoice"), new_x="LMARGIN", new_y="NEXT")
    page.set_font(FONT, "", 11)
    page.set_text_color(*QUIET)
    page.cell(WIDTH_MM, 7, f"{invoice.number} · {invoice_word(invoice.state).text}", new_x="LMARGIN", new_y="NEXT")
    page.set_text_color(*INK)
    page.ln(6)


def _facts(page: FPDF, facts: list[tuple[str, str]]) -> None:
    for name, value in facts:
        page.set_font(FONT, "", 9)
        page.set_text_color(*QUIET)
        page.cell(45, 6, name)
        page.set_text_color(*INK)
        page.multi_cell(WIDTH_MM - 45, 6, value, new_x="LMARGIN", new_y="NEXT")
    page.ln(6)


def _lines(page: FPDF, invoice: InvoiceFacts) -> None:
    period = f"{_day(invoice.period_start)} – {_day(invoice.period_end)}"
    _line(page, f"{_('Plan')} {invoice.plan.name}", money_text(invoice.price_minor, invoice.currency), period)
    if invoice.credit_minor:
        _line(page, _("Taken off for the plan before"), money_text(-invoice.credit_minor, invoice.currency))
    _line(page, _("Total"), money_text(invoice.amount_minor, invoice.currency), style="B")
    page.ln(6)


def _line(page: FPDF, what: str, amount: str, below: str = "", *, style: str = "") -> None:
    y = page.get_y()
    page.line(MARGIN_MM, y, MARGIN_MM + WIDTH_MM, y)
    page.ln(2)
    page.set_font(FONT, style, 10)
    page.cell(WIDTH_MM - 45, 7, what)
    page.cell(45, 7, amount, align="R", new_x="LMARGIN", new_y="NEXT")
    if below:
        page.set_font(FONT, "", 8)
        page.set_text_color(*QUIET)
        page.cell(WIDTH_MM, 5, below, new_x="LMARGIN", new_y="NEXT")
        page.set_text_color(*INK)
    page.ln(2)


def _day(at: datetime.datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")


def _masked(customer: Customer) -> str:
    judge = CNPJ() if customer.kind == "cnpj" else CPF()
    return str(judge.mask(customer.document))
