"""Hands an export's file out."""

import base64
import uuid
from collections.abc import Iterator

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.make_export import TABLE
from astra.core.journey.accounts.models import Export, ExportPiece


class ExportGone(Failure):
    """Its time is over, or it is not ready."""

    label = "export_gone"
    text = _("This export cannot be downloaded now: its time is over, or it is not ready. Ask for a new one; your data is all still here.")


def open_export(*, seller_id: uuid.UUID, export_id: uuid.UUID, actor: Actor) -> Iterator[bytes]:
    """The file's bytes, piece by piece, each fetched when it is asked for. Writes the audit first.

    Raises NotFound, ExportGone.
    """
    with acting_for(seller_id):
        row = Export.objects.filter(seller_id=seller_id, id=export_id).first()
        if row is None:
            raise NotFound(export_id=str(export_id))
        if row.state != Export.READY or row.until is None or row.until <= current_instant():
            raise ExportGone
        Export.objects.filter(id=row.id).update(downloads=F("downloads") + 1)
        record(seller_id=seller_id, actor=actor, verb="download_export", object_kind="export", object_id=row.id)
        pieces = list(ExportPiece.objects.filter(export_id=row.id).order_by("place").values_list("id", flat=True))
    return _bytes(seller_id, pieces)


def _bytes(seller_id: uuid.UUID, pieces: list[uuid.UUID]) -> Iterator[bytes]:
    for piece_id in pieces:
        with acting_for(seller_id):
            piece = ExportPiece.objects.get(id=piece_id)
            text = unseal(bytes(piece.sealed), seller_id=seller_id, table=TABLE, row_id=piece_id, column="sealed").reveal()
        yield base64.b64decode(text)
