"""The code that people copy, judged by the central bank's sample and by libraries that we did not write."""

import crc
import pixcanvas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pybrcode.pix import generate_simple_pix  # type: ignore[import-untyped,unused-ignore]  # it has no types

from astra.sandbox.payments import brcode

BCB_SAMPLE = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
    "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
CCITT_FALSE = crc.Calculator(crc.Configuration(width=16, polynomial=0x1021, init_value=0xFFFF))


def fields(code: str) -> dict[str, str]:
    """A reader of our own for tests: every field of a code, refusing what is torn."""
    found, at = {}, 0
    while at < len(code):
        name, length = code[at : at + 2], int(code[at + 2 : at + 4])
        assert at + 4 + length <= len(code)
        found[name] = code[at + 4 : at + 4 + length]
        at += 4 + length
    return found


def test_the_central_banks_sample_is_written_letter_by_letter() -> None:
    written = brcode.static_code(key="123e4567-e12b-12d1-a456-426655440000", amount_minor=None, name="Fulano de Tal", city="BRASILIA")
    assert written == BCB_SAMPLE


def test_the_checksum_has_the_published_check_value() -> None:
    assert brcode.checksum("123456789") == "29B1"


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_the_checksum_is_that_of_the_crc_package(text: str) -> None:
    assert brcode.checksum(text) == f"{CCITT_FALSE.checksum(text.encode()):04X}"


@given(amount_minor=st.integers(1, 10**10), name=st.text(max_size=60), city=st.text(max_size=40), tail=st.integers(0))
def test_a_dynamic_code_holds_what_it_was_given(amount_minor: int, name: str, city: str, tail: int) -> None:
    url = f"localhost:8200/pix/ch_{tail % 10**20}"
    code = brcode.dynamic_code(url=url, amount_minor=amount_minor, name="Loja " + name, city="X" + city)
    assert code.isascii()
    assert brcode.checksum(code[:-4]) == code[-4:] == f"{CCITT_FALSE.checksum(code[:-4].encode()):04X}"
    top = fields(code)
    assert list(top) == ["00", "01", "26", "52", "53", "54", "58", "59", "60", "62", "63"]
    assert fields(top["26"]) == {"00": "br.gov.bcb.pix", "25": url}
    assert (top["01"], top["53"], top["58"]) == ("12", "986", "BR")
    assert top["54"] == f"{amount_minor // 100}.{amount_minor % 100:02d}"
    assert 1 <= len(top["59"]) <= 25
    assert 1 <= len(top["60"]) <= 15


def test_pybrcode_writes_the_same_static_code() -> None:
    theirs = generate_simple_pix(fullname="Loja de Teste", key="loja@example.com", city="Sao Paulo", value=49.9)
    ours = brcode.static_code(key="loja@example.com", amount_minor=4990, name="Loja de Teste", city="Sao Paulo")
    # They write the domain in capitals, a version for a single use and a reference of their own: the rest is equal.
    mine, other = fields(ours), fields(str(theirs))
    assert {k: v for k, v in mine.items() if k not in ("01", "26", "62", "63")} == {
        k: v for k, v in other.items() if k not in ("01", "26", "62", "63")
    }
    assert fields(mine["26"])["01"] == fields(other["26"])["01"]
    assert brcode.checksum(str(theirs)[:-4]) == str(theirs)[-4:]


def test_pixcanvas_reads_the_static_code() -> None:
    code = brcode.static_code(key="loja@example.com", amount_minor=4990, name="Loja São João", city="São Paulo")
    assert pixcanvas.validate_pix(code).is_valid
    read = pixcanvas.parse_pix(code)
    assert (read.pix_key, str(read.amount)) == ("loja@example.com", "49.90")
    assert (read.merchant_name, read.merchant_city) == ("LOJA SAO JOAO", "SAO PAULO")  # it writes capitals itself
    assert not pixcanvas.validate_pix(code[:-1] + ("0" if code[-1] != "0" else "1")).is_valid


def test_pixcanvas_gets_past_the_checksum_of_a_dynamic_code() -> None:
    code = brcode.dynamic_code(url="localhost:8200/pix/ch_1", amount_minor=4990, name="Loja", city="Recife")
    with pytest.raises(pixcanvas.UnsupportedDynamicPixError):  # it reads static codes only, and says so by this name
        pixcanvas.parse_pix(code)
    with pytest.raises(pixcanvas.PixError) as torn:
        pixcanvas.parse_pix(code.replace("Loja", "Loje"))
    assert not isinstance(torn.value, pixcanvas.UnsupportedDynamicPixError)


@pytest.mark.parametrize("url", ["", "x" * 78, "localhost/pix/ção"])
def test_an_address_that_does_not_fit_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        brcode.dynamic_code(url=url, amount_minor=1, name="Loja", city="Recife")
