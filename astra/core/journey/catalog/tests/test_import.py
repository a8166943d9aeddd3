"""Pasting stock: sealed, once per product for ever, in sets."""

import time

import pytest
from django.db import connection, connections

from astra.core.foundation.failure import NotFound
from astra.core.foundation.invariants import violations
from astra.core.foundation.sealing.seal import fingerprint, unseal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.import_stock import (
    LineTooLong,
    NothingPasted,
    TooManyLines,
    fingerprint_scope,
    import_stock,
)
from astra.core.journey.catalog.models import StockItem
from astra.core.journey.catalog.queries import variation_facts
from astra.core.journey.catalog.tests.shop import MEMBER, add_stock, make_product
from tests.support.cast import make_seller


def paste(seller_id, variation_id, text):
    return import_stock(seller_id=seller_id, variation_id=variation_id, text=text, actor=MEMBER)


def counts(report):
    return (report.added, report.duplicates, report.empty)


def test_the_report_counts_every_line(seller):
    kind = make_product(seller.id).variations[0].id
    assert counts(paste(seller.id, kind, "\ufeffone\r\n two \r\n\r\none\r\n   \r\nthree\r\n")) == (3, 1, 2)
    assert counts(paste(seller.id, kind, "two\nfour")) == (1, 1, 0)


def test_a_secret_is_known_for_ever_in_its_product_also_in_another_variation_or_after_its_sale(seller):
    product = make_product(seller.id, prices=(1, 2))
    one, two = (variation.id for variation in product.variations)
    add_stock(seller.id, one, "same")
    assert counts(paste(seller.id, two, "same")) == (0, 1, 0)
    with acting_for(seller.id):
        StockItem.objects.update(state="invalid")
    assert counts(paste(seller.id, one, "same")) == (0, 1, 0)
    assert counts(paste(seller.id, make_product(seller.id, name="Other").variations[0].id, "same")) == (1, 0, 0)


def test_the_order_of_the_paste_is_the_order_of_sale(seller):
    kind = make_product(seller.id).variations[0].id
    secrets = [f"secret {number}" for number in range(300)]
    add_stock(seller.id, kind, *secrets)
    with acting_for(seller.id):
        rows = StockItem.objects.order_by("place")
        found = [unseal(bytes(r.sealed), seller_id=seller.id, table="catalog_stock_item", row_id=r.id, column="sealed") for r in rows]
    assert [secret.reveal() for secret in found] == secrets


def test_nothing_of_a_secret_is_readable_and_the_bytes_are_those_of_foundation(seller):
    product = make_product(seller.id)
    secret = "CANARY-7f3a-çãé"
    add_stock(seller.id, product.variations[0].id, secret)
    with acting_for(seller.id):
        row = StockItem.objects.get()
        assert bytes(row.fingerprint) == fingerprint(secret, seller_id=seller.id, scope=fingerprint_scope(product.id))
        with connection.cursor() as cursor:
            for table in ("catalog_stock_item", "catalog_stock_movement", "foundation_audit_row", "procrastinate_jobs"):
                cursor.execute(
                    f"SELECT count(*) FROM {table} WHERE position(%s::bytea IN convert_to({table}::text, 'UTF8')) > 0", [b"CANARY"]
                )
                assert cursor.fetchone() == (0,), table
        assert b"CANARY" not in bytes(row.sealed)


def test_limits_are_told_before_anything_is_added(seller):
    kind = make_product(seller.id).variations[0].id
    with pytest.raises(LineTooLong) as caught:
        paste(seller.id, kind, "fine\n" + "x" * 4001)
    assert caught.value.facts == {"line": 2}
    with pytest.raises(TooManyLines):
        paste(seller.id, kind, "a\n" * 100_001)
    with pytest.raises(NothingPasted):
        paste(seller.id, kind, " \n\n")
    assert variation_facts(seller.id, kind).available == 0
    assert counts(paste(seller.id, kind, "x" * 4000)) == (1, 0, 0)


def test_another_seller_has_no_such_variation(seller, other_seller):
    kind = make_product(seller.id).variations[0].id
    with pytest.raises(NotFound):
        paste(other_seller.id, kind, "a")


def many(start, count):
    return "\n".join(f"{number:06d}-{number * 7919 % 1000003:07d}" for number in range(start, start + count))


def timed(seller_id, kind, text):
    began = time.perf_counter()
    report = paste(seller_id, kind, text)
    return report, time.perf_counter() - began


def test_a_hundred_thousand_lines_at_once_take_no_more_than_their_share(own_database):
    """Also right after the tables were vacuumed empty, when PostgreSQL believes that reading them whole costs nothing."""
    seller = make_seller("lara@loja.example", "Loja da Lara")
    kind = make_product(seller.id).variations[0].id
    paste(seller.id, kind, "warm")  # plans are made and kept for a table of no size
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE catalog_stock_item")
        cursor.execute("VACUUM ANALYZE catalog_stock_movement")
    _, few = timed(seller.id, kind, many(0, 5_000))
    report, all_of_them = timed(seller.id, kind, many(5_000, 100_000))
    print(f"5,000 lines in {few:.1f} s, 100,000 in {all_of_them:.1f} s")
    assert counts(report) == (100_000, 0, 0)
    assert variation_facts(seller.id, kind).available == 105_001
    assert violations(["S05"]) == {}
    assert all_of_them < 20 * few * 2.5, "twenty times the lines take about twenty times as long"


def test_pastes_that_failed_before_do_not_slow_the_next_one_down(own_database):
    """What a rolled-back paste leaves behind are dead rows: analysed then, the table counts as pages without a single row, and every
    index as good as any other."""
    seller = make_seller("lara@loja.example", "Loja da Lara")
    kind = make_product(seller.id).variations[0].id
    with pytest.raises(ZeroDivisionError), acting_for(seller.id):
        paste(seller.id, kind, many(0, 60_000))
        raise ZeroDivisionError
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE catalog_stock_item, catalog_stock_movement")
    _, few = timed(seller.id, kind, many(100_000, 2_000))
    _, more = timed(seller.id, kind, many(200_000, 20_000))
    print(f"2,000 lines in {few:.1f} s, 20,000 in {more:.1f} s")
    assert more < 10 * few * 2.5, "ten times the lines take about ten times as long"


def test_no_question_waits_for_the_servers_compiler(db):
    """Where the server has one, a paste of thousands would compile astra_now() for each row."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
