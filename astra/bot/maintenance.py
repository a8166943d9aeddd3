"""What the bot says by itself when the core does not answer in time."""

from typing import Any

EPHEMERAL = 64
MESSAGE, AUTOCOMPLETE_RESULT = 4, 8
AUTOCOMPLETE = 4

WORDS = {
    "pt": (
        "Não conseguimos concluir isto a tempo. Nada se perdeu: seu carrinho e seus pedidos estão guardados. Tente de novo em um minuto."
    ),
    "en": "We could not finish this in time. Nothing was lost: your cart and your orders are kept. Try again in a minute.",
}


def maintenance_reply(payload: dict[str, Any]) -> dict[str, Any]:
    """The reply to an interaction, seen by its person only, in the language of the interaction (Portuguese, else English)."""
    if payload.get("type") == AUTOCOMPLETE:
        return {"type": AUTOCOMPLETE_RESULT, "data": {"choices": []}}
    language = str(payload.get("locale") or "").split("-")[0].lower()
    return {"type": MESSAGE, "data": {"content": WORDS.get(language, WORDS["en"]), "flags": EPHEMERAL, "allowed_mentions": {"parse": []}}}
