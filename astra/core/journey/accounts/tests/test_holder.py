"""The legal holder: a valid document, sealed, masked, told when it changes."""

import pytest
from django.db import connection

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.set_holder import BadHolder, set_holder
from astra.core.journey.accounts.document import mask_document, read_document
from astra.core.journey.accounts.holder import holder_of
from astra.core.journey.accounts.models import Holder
from tests.support.post import arrived

CPF, OTHER_CPF = "529.982.247-25", "111.444.777-35"
# The example of the Receita Federal for the alphanumeric CNPJ (technical note of Serpro on its check digits).
LETTERS = "12.ABC.345/01DE-35"


@pytest.mark.parametrize(
    ("typed", "plain", "masked"),
    [
        (CPF, "52998224725", "•••.982.247-••"),
        ("52998224725", "52998224725", "•••.982.247-••"),
        ("11.222.333/0001-81", "11222333000181", "••.222.333/0001-••"),
        (LETTERS, "12ABC34501DE35", "••.ABC.345/01DE-••"),
        (LETTERS.lower(), "12ABC34501DE35", "••.ABC.345/01DE-••"),
    ],
)
def test_a_document_is_read_as_people_write_it(typed, plain, masked):
    assert read_document(typed) == plain
    assert mask_document(plain) == masked


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "529.982.247-26",
        "111.111.111-11",
        "12.ABC.345/01DE-36",
        "12.ABC.345/01DE-3X",
        "11.222.333/0001-80",
        "5299822472",
        "５２９９８２２４７２５",
    ],
)
def test_what_is_no_document_is_refused(seller, typed):
    assert read_document(typed) is None
    with pytest.raises(BadHolder):
        set_holder(seller_id=seller.id, name="Lara Martins", document=typed, actor=Actor("member", str(seller.user_id)))


def test_it_is_sealed_and_the_same_document_is_recognised(seller, other_seller):
    for one in (seller, other_seller):
        set_holder(seller_id=one.id, name="Lara Martins", document=CPF, actor=Actor("member", str(one.user_id)))
    prints = []
    for one in (seller, other_seller):
        with acting_for(one.id), connection.cursor() as cursor:
            prints.append(bytes(Holder.objects.get().fingerprint))
            cursor.execute(
                "SELECT row_to_json(h)::text || (SELECT string_agg(row_to_json(a)::text, '') FROM foundation_audit_row a) FROM accounts_holder h"
            )
            everything = cursor.fetchone()[0]
        assert "Lara Martins" not in everything
        assert "52998224725" not in everything
    assert prints[0] == prints[1]


def test_another_holder_is_told_to_the_owners_and_the_first_is_not(seller):
    actor = Actor("member", str(seller.user_id))
    first = set_holder(seller_id=seller.id, name="Lara Martins", document=CPF, actor=actor)
    assert set_holder(seller_id=seller.id, name=" Lara  Martins ", document="52998224725", actor=actor) == first
    assert arrived() == []
    set_holder(seller_id=seller.id, name="Ana Souza", document=OTHER_CPF, actor=actor)
    (letter,) = arrived(seller.email)
    assert letter.subject == "O titular legal da sua loja foi alterado"
    assert "•••.444.777-••" in letter.body
    assert "11144477735" not in letter.body
    assert holder_of(seller.id).name == "Ana Souza"
