"""CPF and CNPJ: read as people write them, shown masked."""

import re

from validate_docbr import CNPJ, CPF

CPF_LENGTH, CNPJ_LENGTH = 11, 14


def read_document(text: str) -> str | None:
    """The characters of a valid CPF or CNPJ without marks, or None.

    A CNPJ may have letters in its first twelve places (Receita Federal, Instrução Normativa RFB 2.229/2024, from July 2026).
    """
    plain = re.sub(r"[.\-/\s]", "", text).upper()
    if not plain.isascii() or not plain.isalnum():
        return None
    if len(plain) == CPF_LENGTH and plain.isdigit() and CPF().validate(plain):
        return plain
    if len(plain) == CNPJ_LENGTH and plain[-2:].isdigit() and CNPJ().validate(plain):
        return plain
    return None


def kind_of(document: str) -> str:
    """``cpf`` or ``cnpj`` of a document that was read."""
    return "cpf" if len(document) == CPF_LENGTH else "cnpj"


def mask_document(document: str) -> str:
    """``•••.982.247-••``: enough to recognise one's own, too little to use it."""
    if len(document) == CPF_LENGTH:
        return f"•••.{document[3:6]}.{document[6:9]}-••"
    return f"••.{document[2:5]}.{document[5:8]}/{document[8:12]}-••"
