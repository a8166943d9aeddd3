"""A seller pastes stock: one secret per line, up to 100,000 of them, in one transaction."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import fingerprint_many, seal_many
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.lock_variations import lock_variations
from astra.core.journey.catalog.actions.serve_queue import serve_queue
from astra.core.journey.catalog.events import StockImported
from astra.core.journey.catalog.models import Variation

MAX_LINES = 100_000
MAX_CHARACTERS = 4_000
BATCH = 5_000
INSERT = (Path(__file__).parent / "import_stock.sql").read_text(encoding="utf-8")


class TooManyLines(Failure):
    """More lines than one paste takes. Nothing was added."""

    text = _("One paste takes up to 100,000 lines. Nothing was added: split it and paste the parts one after the other.")
    label = "too_many_lines"


class LineTooLong(Failure):
    """A line is longer than an item may be. Nothing was added."""

    label = "line_too_long"


class NothingPasted(Failure):
    """There was no line with something in it."""

    text = _("There was nothing to add: paste one item per line.")
    label = "nothing_pasted"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a paste: items added, lines that the product had before (or twice in the paste), empty lines, and
    how many paid orders that waited received items of it."""

    added: int
    duplicates: int
    empty: int
    served_waiting: int


def import_stock(*, seller_id: uuid.UUID, variation_id: uuid.UUID, text: str, actor: Actor) -> ImportReport:
    """Seals each line as an item of a variation; orders that paid and wait get theirs before anything goes on sale.

    Space around a line is cut off. A secret that the product ever had is a duplicate and is left out. Raises NotFound,
    NothingPasted, TooManyLines, LineTooLong; then nothing was added.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1].strip():
        lines.pop()  # the line break after the last item is not an empty line
    if len(lines) > MAX_LINES:
        raise TooManyLines(lines=len(lines))
    pasted = [line.strip() for line in lines]
    wanted = list(dict.fromkeys(line for line in pasted if line))
    if not wanted:
        raise NothingPasted
    _refuse_long(pasted)
    empty = pasted.count("")
    with acting_for(seller_id):
        variation = Variation.objects.filter(id=variation_id, archived_at=None).first()
        if variation is None:
            raise NotFound
        lock_variations([variation_id])
        _plan_for_many_rows()
        added = sum(_insert(seller_id, variation, batch) for batch in _sealed(seller_id, variation.product_id, wanted))
        served = serve_queue(seller_id=seller_id, variation_ids=[variation_id]) if added else []
        report = ImportReport(added, len(pasted) - empty - added, empty, len(served))
        record(
            seller_id=seller_id,
            actor=actor,
            verb="import_stock",
            object_kind="variation",
            object_id=variation_id,
            facts={"added": report.added, "duplicates": report.duplicates, "served_waiting": report.served_waiting},
        )
        if added:
            emit(StockImported(seller_id, variation_id))
    return report


def _refuse_long(lines: Sequence[str]) -> None:
    for number, line in enumerate(lines, start=1):
        if len(line) > MAX_CHARACTERS:
            raise LineTooLong(
                _("Line %(number)s has more than 4,000 characters. Nothing was added: shorten it and paste again.") % {"number": number},
                line=number,
            )


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """Rows ready to be inserted, column by column."""

    ids: list[uuid.UUID]
    sealed: list[bytes]
    fingerprints: list[bytes]


def _sealed(seller_id: uuid.UUID, product_id: uuid.UUID, lines: Sequence[str]) -> Iterator[SealedBatch]:
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        ids = [new_id() for _line in batch]
        cells = ((row_id, line.encode()) for row_id, line in zip(ids, batch, strict=True))
        yield SealedBatch(
            ids,
            list(seal_many(cells, seller_id=seller_id, table="catalog_stock_item", column="sealed")),
            list(fingerprint_many(batch, seller_id=seller_id, scope=fingerprint_scope(product_id))),
        )


def fingerprint_scope(product_id: uuid.UUID) -> str:
    """Fingerprints are compared within one product: the same secret in two products is the seller's own affair."""
    return f"stock_item|{product_id}"


def _plan_for_many_rows() -> None:
    """Has the checks of foreign keys planned anew, by index: plans made while the tables were empty read them whole for every
    row, and a hundred thousand lines would take hours."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("DISCARD PLANS")


def _insert(seller_id: uuid.UUID, variation: Variation, batch: SealedBatch) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                "seller_id": seller_id,
                "product_id": variation.product_id,
                "variation_id": variation.id,
                "ids": batch.ids,
                "sealed": batch.sealed,
                "fingerprints": batch.fingerprints,
            },
        )
        return int(cursor.fetchone()[0])
