"""Writes everything of a seller into one file that a person can read."""

import contextlib
import datetime
import json
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.leaving import Row, leaving_stages
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Seller

IN_MEMORY: Final = 4 * 1024 * 1024
README: Final = "README.txt"


def export_seller(seller_id: uuid.UUID, *, with_secrets: bool = False) -> IO[bytes]:
    """A ZIP of one folder per stage with one JSON file per kind of thing, and a README, in the language in force; at its start.

    Everything is read in one snapshot. ``with_secrets`` puts the texts of stock and the full PIX keys in: ask for a proof of presence
    first. The file is temporary and goes when it is closed. Raises Seller.DoesNotExist.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the caller closes it
    with _snapshot(), acting_for(seller_id), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        seller, now = Seller.objects.get(id=seller_id), current_instant()
        told: list[str] = []
        for stage in leaving_stages():
            for part in stage.export(seller_id, with_secrets) if stage.export else ():
                name = f"{stage.name}/{part.name}.json"
                with archive.open(_entry(name, now), "w") as entry:
                    count = _write_rows(entry, part.rows)
                told.append(f"{name}  ({count})\n    {part.about}")
        with archive.open(_entry(README, now), "w") as entry:
            entry.write(_readme(seller.name, now, told, with_secrets).encode())
    file.seek(0)
    return file


def _write_rows(entry: IO[bytes], rows: Iterable[Row]) -> int:
    """One row a line, so that a large file can be read with the simplest tools; returns how many."""
    count = 0
    entry.write(b"[")
    for count, row in enumerate(rows, 1):
        entry.write(b"\n" if count == 1 else b",\n")
        entry.write(json.dumps(row, ensure_ascii=False).encode())
    entry.write(b"\n]\n")
    return count


def _readme(shop: str, now: datetime.datetime, told: list[str], with_secrets: bool) -> str:
    lines = [
        _("The data of %(shop)s at AstraSystems") % {"shop": shop},
        now.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "",
        _(
            "Each file is JSON: a list with one line for each row. Times are in UTC. Fields that end in _minor are cents of the"
            " currency beside them. Ids lead from one file to another. Behind each name stands how many rows it has."
        ),
        "",
        _("The texts of your stock and your PIX keys are in this file in clear: keep it where nobody else can read it.")
        if with_secrets
        else _("The texts of your stock and your full PIX keys are left out. Ask for an export with them when you need them."),
        _("Bot tokens and passwords are never exported."),
        "",
        *told,
    ]
    return "\n".join(lines) + "\n"


def _entry(name: str, now: datetime.datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextlib.contextmanager
def _snapshot() -> Iterator[None]:
    """One view of the database for all that is read; inside an open transaction that transaction's own."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
