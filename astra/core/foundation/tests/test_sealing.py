"""What is sealed opens in its own cell only."""

import pickle

import pytest

from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.data_key import UnknownKey
from astra.core.foundation.sealing.seal import SealBroken, fingerprint, seal, unseal
from astra.core.foundation.tenancy.acting import acting_for


def test_round_trip_and_moved_cells(seller, other_seller):
    row = new_id()
    cell = {"seller_id": seller.id, "table": "t", "row_id": row, "column": "c"}
    with acting_for(seller.id):
        sealed = seal("segredo ç", **cell)
        assert b"segredo" not in sealed
        assert unseal(sealed, **cell).reveal() == "segredo ç"
        for moved in ({"row_id": new_id()}, {"column": "d"}, {"table": "u"}):
            with pytest.raises(SealBroken):
                unseal(sealed, **{**cell, **moved})
        with pytest.raises(SealBroken):
            unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), **cell)
    with acting_for(other_seller.id), pytest.raises(UnknownKey):
        unseal(sealed, **{**cell, "seller_id": other_seller.id})


def test_a_secret_does_not_slip_out(seller):
    with acting_for(seller.id):
        secret = unseal(
            seal("canary", seller_id=seller.id, table="t", row_id=seller.id, column="c"),
            seller_id=seller.id,
            table="t",
            row_id=seller.id,
            column="c",
        )
    assert "canary" not in f"{secret} {secret!r} {[secret]}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_fingerprints_recognise_within_a_scope_only(seller, other_seller):
    with acting_for(seller.id):
        one = fingerprint("K-1", seller_id=seller.id, scope="p1")
        assert one == fingerprint("K-1", seller_id=seller.id, scope="p1")
        assert one != fingerprint("K-1", seller_id=seller.id, scope="p2")
    with acting_for(other_seller.id):
        assert one != fingerprint("K-1", seller_id=other_seller.id, scope="p1")
