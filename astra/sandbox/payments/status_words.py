"""One word and one colour for every state, everywhere the same."""

from __future__ import annotations

from .page import Html, render
from .speech import Speech

# state: (style, English, Portuguese). Portuguese bends the word by its noun, so these are not in the common list.
CHARGE = {
    "pending": ("st-warn st-wait", "Waiting for payment", "Aguardando pagamento"),
    "expired": ("", "Expired", "Vencida"),
    "cancelled": ("", "Cancelled", "Cancelada"),
    "paid": ("st-ok", "Paid", "Paga"),
    "partially_refunded": ("st-ok", "Refunded in part", "Devolvida em parte"),
    "refunded": ("", "Refunded", "Devolvida"),
}
PAYOUT = {
    "processing": ("st-live", "Processing", "Em processamento"),
    "paid": ("st-ok", "Paid", "Pago"),
    "failed": ("st-bad", "Failed", "Falhou"),
    "returned": ("st-warn", "Returned", "Devolvido"),
}
REFUND = {
    "pending": ("st-live", "Processing", "Em processamento"),
    "succeeded": ("st-ok", "Refunded", "Devolvido"),
    "failed": ("st-bad", "Failed", "Falhou"),
}
DISPUTE = {
    "open": ("st-warn st-wait", "Waiting for the shop", "Aguardando a loja"),
    "under_review": ("st-live", "Under review", "Em análise"),
    "won": ("st-ok", "The shop won", "A loja ganhou"),
    "lost": ("st-bad", "The shop lost", "A loja perdeu"),
}
CARD = {
    "approved": ("st-ok", "Approved", "Aprovado"),
    "declined": ("st-bad", "Declined", "Recusado"),
    "challenge": ("st-warn st-wait", "Waiting for the holder", "Aguardando o titular"),
    "failed": ("st-bad", "Not confirmed", "Não confirmado"),
}
MESSAGE = {
    "waiting": ("st-live", "Trying", "Tentando"),
    "delivered": ("st-ok", "Delivered", "Entregue"),
    "lost": ("st-warn", "Lost on purpose", "Perdido de propósito"),
    "given_up": ("st-bad", "Given up", "Desistimos"),
    "no_address": ("", "No address", "Sem endereço"),
}


def status(say: Speech, words: dict[str, tuple[str, str, str]], state: str) -> Html:
    """A dot and a word."""
    style, english, portuguese = words[state]
    return render("status", say, style=style, word=english if say.locale == "en" else portuguese)
