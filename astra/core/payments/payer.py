"""Who paid, as a mark."""

import re

from astra.core.foundation.sealing.own import fingerprint_own


def payer_key(payer: str) -> str:
    """The mark of a payer as the provider names him, see the port; empty for one who is not known."""
    return fingerprint_own(payer, scope="payer").hex() if payer else ""


def document_key(document: str) -> str:
    """The mark of the payer with this CPF or CNPJ: what ``payer_key`` gives where the provider tells the document.

    However it is written: marks and small letters make no other payer. A CNPJ may have letters in its first twelve places
    (Receita Federal, Instrução Normativa RFB 2.229/2024, from July 2026): without them two companies would be one payer.
    """
    plain = re.sub(r"[^0-9A-Za-z]", "", document).upper()
    return payer_key(f"document:{plain}" if plain else "")
