"""The text inside a PIX QR code: the central bank's BR Code (fields as id, length, value; then a checksum)."""

from __future__ import annotations

import unicodedata
from binascii import crc_hqx

NAME_LENGTH = 25
CITY_LENGTH = 15
URL_LENGTH = 77  # field 26 holds 99 characters, of which 22 are its own heads


def dynamic_code(*, url: str, amount_minor: int, name: str, city: str) -> str:
    """The code of one charge, to be paid once: the payer's bank reads the charge at `url` (without scheme).

    `amount_minor` is in centavos; name and city are put into plain ASCII and cut to what the field holds.
    Raises ValueError for an address that does not fit or is not ASCII, and for a name of which nothing is left.
    """
    if not url.isascii() or not 0 < len(url) <= URL_LENGTH:
        raise ValueError(f"the address in a BR Code is ASCII of 1 to {URL_LENGTH} characters: {url!r}")
    return _code(method="12", account=_field("25", url), amount_minor=amount_minor, name=name, city=city)


def static_code(*, key: str, amount_minor: int | None, name: str, city: str, txid: str = "***") -> str:
    """The code of a PIX key, to be paid any number of times; `amount_minor` None lets the payer type the amount."""
    return _code(method=None, account=_field("01", key), amount_minor=amount_minor, name=name, city=city, txid=txid)


def checksum(text: str) -> str:
    """CRC-16/CCITT-FALSE of `text` as four upper-case hexadecimal digits."""
    return f"{crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _code(*, method: str | None, account: str, amount_minor: int | None, name: str, city: str, txid: str = "***") -> str:
    body = "".join(
        (
            _field("00", "01"),
            _field("01", method) if method else "",
            _field("26", _field("00", "br.gov.bcb.pix") + account),
            _field("52", "0000"),
            _field("53", "986"),
            _field("54", f"{amount_minor // 100}.{amount_minor % 100:02d}") if amount_minor is not None else "",
            _field("58", "BR"),
            _field("59", _plain(name, NAME_LENGTH)),
            _field("60", _plain(city, CITY_LENGTH)),
            _field("62", _field("05", txid)),
            "6304",
        )
    )
    return body + checksum(body)


def _field(field_id: str, value: str) -> str:
    if not value or len(value) > 99:
        raise ValueError(f"field {field_id} of a BR Code holds 1 to 99 characters: {value!r}")
    return f"{field_id}{len(value):02d}{value}"


def _plain(text: str, limit: int) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in ascii_text if c.isprintable())[:limit].strip()
