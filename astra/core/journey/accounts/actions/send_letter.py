"""Hands a letter to the mail server, once."""

import json
import smtplib
import uuid
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.sealing.own import unseal_own
from astra.core.journey.accounts.actions.post_letter import cell_of
from astra.core.journey.accounts.models import PostedLetter

log = structlog.get_logger("astra.letters")

LEASE_SECONDS = 120
# 1, 2, 4 … 60 minutes apart: about a day and a half.
MOST_TRIES = 40

_CLAIM = """
UPDATE accounts_posted_letter
   SET tries = tries + 1, next_try_at = astra_now() + %(lease)s * interval '1 second'
 WHERE id = %(id)s AND sent_at IS NULL AND gave_up_at IS NULL AND next_try_at <= astra_now()
RETURNING address, sealed, tries, user_id
"""
_AGAIN = (
    "UPDATE accounts_posted_letter SET next_try_at = astra_now() + %s * interval '1 minute', problem = %s WHERE id = %s AND sent_at IS NULL"
)


def send_letter(*, letter_id: uuid.UUID) -> bool:
    """Sends a letter that waits; says whether it went out now.

    Claimed for two minutes, sent with no transaction open, then noted and its words deleted. A worker that dies between sending and
    noting makes it go out again, under the same Message-ID. A server that refuses for good ends it; any other failure is tried
    again, for a day and a half.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"id": letter_id, "lease": LEASE_SECONDS})
        row = cursor.fetchone()
    if row is None:
        return False
    address, sealed, tries, user_id = row
    words = json.loads(unseal_own(sealed, cell=cell_of(letter_id)).reveal())
    host = urlsplit(settings.ASTRA_PUBLIC_URL).hostname or "localhost"
    headers = {"Message-ID": f"<{letter_id}@{host}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(words["subject"], words["text"], to=[address], headers=headers)
    mail.attach_alternative(words["html"], "text/html")
    try:
        mail.send()
    except (OSError, smtplib.SMTPException) as problem:
        _put_off(letter_id, tries, problem)
        return False
    # Whom a stranger's letter went to, or the last one of somebody who left, is nobody's business any more.
    PostedLetter.objects.filter(id=letter_id).update(sent_at=AstraNow(), sealed="", problem="", address=address if user_id else "")
    return True


def _put_off(letter_id: uuid.UUID, tries: int, problem: Exception) -> None:
    kind = type(problem).__name__
    if _is_for_good(problem) or tries >= MOST_TRIES:
        PostedLetter.objects.filter(id=letter_id).update(gave_up_at=AstraNow(), sealed="", problem=kind)
        log.warning("letter.given_up", letter_id=str(letter_id), error=kind, tries=tries)
        return
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [min(60, 2 ** min(tries - 1, 6)), kind, letter_id])
    log.warning("letter.put_off", letter_id=str(letter_id), error=kind, tries=tries)


def _is_for_good(problem: Exception) -> bool:
    """RFC 5321, 4.2.1: 5yz is a permanent answer. A refused sign-in of ours is our fault and can be mended."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _text in problem.recipients.values())
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return False
    return isinstance(problem, smtplib.SMTPDataError) and 500 <= problem.smtp_code < 600
