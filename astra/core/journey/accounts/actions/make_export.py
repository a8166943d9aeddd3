"""Makes the file of an export and keeps it, sealed, until it was fetched or its time is over."""

import base64
import datetime
import uuid

import structlog
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.export_seller import export_seller
from astra.core.journey.accounts.actions.write_letter import write_letter, write_to_owners
from astra.core.journey.accounts.letter import Letter, moment_words
from astra.core.journey.accounts.models import Export, ExportPiece, User
from astra.core.journey.accounts.topics import Topic

log = structlog.get_logger("astra.exports")

PIECE_BYTES = 512 * 1024
LEASE_SECONDS = 900
MOST_TRIES = 3
TABLE = "accounts_export_piece"

_CLAIM = """
UPDATE accounts_export SET tries = tries + 1, next_try_at = astra_now() + %(lease)s * interval '1 second'
 WHERE seller_id = %(seller)s AND id = %(id)s AND state = 'asked' AND next_try_at <= astra_now() AND tries < %(most)s
RETURNING with_secrets, asked_by, keep_days
"""


def make_export(*, seller_id: uuid.UUID, export_id: uuid.UUID) -> bool:
    """Makes the file of an export that was asked for and tells who asked; says whether it was made now.

    Claimed for a quarter of an hour: a worker that dies lets the sweep try again, three times in all.
    """
    with acting_for(seller_id), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"seller": seller_id, "id": export_id, "lease": LEASE_SECONDS, "most": MOST_TRIES})
        claimed = cursor.fetchone()
    if claimed is None:
        return False
    with_secrets, asked_by, keep_days = claimed
    reader = User.objects.filter(id=asked_by).first() if asked_by else None
    language, zone = (reader.locale, reader.time_zone) if reader else ("", "")
    with translation.override(language or settings.LANGUAGE_CODE), timezone.override(zone or settings.TIME_ZONE):
        file = export_seller(seller_id, with_secrets=with_secrets)
    with file, acting_for(seller_id):
        ExportPiece.objects.filter(seller_id=seller_id, export_id=export_id).delete()
        size, place = 0, 0
        while chunk := file.read(PIECE_BYTES):
            piece = ExportPiece(seller_id=seller_id, export_id=export_id, place=place)
            text = base64.b64encode(chunk)
            piece.sealed = seal(text, seller_id=seller_id, table=TABLE, row_id=piece.id, column="sealed")
            piece.save(force_insert=True)
            size, place = size + len(chunk), place + 1
        now = current_instant()
        until = now + datetime.timedelta(days=keep_days)
        kept = Export.objects.filter(seller_id=seller_id, id=export_id, state=Export.ASKED)
        if not kept.update(state=Export.READY, size_bytes=size, ready_at=now, until=until):
            return False
        record(
            seller_id=seller_id,
            actor=Actor.system("export"),
            verb="make_export",
            object_kind="export",
            object_id=export_id,
            facts={"size_bytes": size},
        )
        _tell(seller_id, export_id, asked_by, until)
    log.info("export.made", export_id=str(export_id), bytes=size)
    return True


def _tell(seller_id: uuid.UUID, export_id: uuid.UUID, asked_by: uuid.UUID | None, until: datetime.datetime) -> None:
    def letter() -> Letter:
        day = moment_words(until)
        return Letter(
            _("Your data is ready"),
            [
                _("The file with the data of your shop was made. It can be downloaded until %(day)s; after that it is deleted.")
                % {"day": day},
                _("Only you can open it: sign in, and we ask once more that it is you."),
            ],
            button=_("Download the data"),
            where=reverse("leaving"),
            foot=_("You did not ask for it? Change your password at once and look at your sessions: somebody is in your account."),
        )

    if asked_by:
        write_letter(user_id=asked_by, topic=Topic.ACCOUNT, letter=letter, key=f"export:{export_id}")
    else:
        write_to_owners(seller_id=seller_id, topic=Topic.ACCOUNT, letter=letter, key=f"export:{export_id}")
