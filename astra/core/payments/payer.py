"""Who paid, as a mark."""

from astra.core.foundation.sealing.own import fingerprint_own


def payer_key(payer: str) -> str:
    """The mark of a payer as the provider names him, see the port; empty for one who is not known."""
    return fingerprint_own(payer, scope="payer").hex() if payer else ""


def document_key(document: str) -> str:
    """The mark of the payer with this CPF or CNPJ: what ``payer_key`` gives where the provider tells the document."""
    digits = "".join(filter(str.isdigit, document))
    return payer_key(f"document:{digits}" if digits else "")
