"""A seller says where the money goes."""

import datetime
import re
import uuid

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from validate_docbr import CNPJ, CPF

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.destination import TABLE, open_key
from astra.core.journey.wallet.events import PayoutKeyChanged
from astra.core.journey.wallet.models import PayoutKey
from astra.core.journey.wallet.models.payout_key import KeyKind
from astra.core.journey.wallet.rules import policy


class BadPayoutKey(Failure):
    """The key is not one of its kind. Nothing was saved."""

    label = "bad_payout_key"
    text = _("This is not a PIX key of the chosen kind. Nothing was saved: check it and try again.")


class BadHolder(Failure):
    """Name or document of the holder is missing or wrong. Nothing was saved."""

    label = "bad_holder"
    text = _("Give the holder's full name and a valid CPF or CNPJ. Nothing was saved.")


class NotTheHolders(Failure):
    """A CPF or CNPJ key of somebody else. Nothing was saved."""

    label = "not_the_holders"
    text = _("The key must be the holder's own CPF or CNPJ. Nothing was saved: use the holder's document as the key, or another kind.")


def register_payout_key(*, seller_id: uuid.UUID, kind: str, key: str, holder_name: str, holder_document: str, actor: Actor) -> uuid.UUID:
    """Makes a PIX key the one that withdrawals go to, after the policy's cool-down, and returns its id.

    The key in force again changes nothing and starts no new cool-down. Raises BadPayoutKey, BadHolder, NotTheHolders.
    """
    plain, masked = _read_key(kind, key)
    document = _read_document(holder_document)
    name = " ".join(holder_name.split())
    if document is None or len(name) < 3:
        raise BadHolder
    if kind in (KeyKind.CPF, KeyKind.CNPJ) and plain != document:
        raise NotTheHolders
    cooldown = datetime.timedelta(hours=policy().key_cooldown_hours)
    with acting_for(seller_id):
        current = PayoutKey.objects.select_for_update().filter(seller_id=seller_id, replaced_at=None).first()
        if current is not None:
            known = open_key(current)
            if (current.kind, known.pix_key.reveal(), known.holder_document.reveal(), known.holder_name) == (kind, plain, document, name):
                return current.id
            PayoutKey.objects.filter(id=current.id).update(replaced_at=AstraNow())
        row_id = new_id()

        def sealed(text: str, column: str) -> bytes:
            return seal(text, seller_id=seller_id, table=TABLE, row_id=row_id, column=column)

        PayoutKey.objects.create(
            id=row_id,
            seller_id=seller_id,
            kind=kind,
            key_sealed=sealed(plain, "key_sealed"),
            masked=masked,
            holder_name_sealed=sealed(name, "holder_name_sealed"),
            holder_document_sealed=sealed(document, "holder_document_sealed"),
            usable_at=current_instant() + cooldown,
        )
        record(
            seller_id=seller_id,
            actor=actor,
            verb="register_payout_key",
            object_kind="payout_key",
            object_id=row_id,
            facts={"kind": kind, "masked": masked},
        )
        emit(PayoutKeyChanged(seller_id, row_id))
    return row_id


def _read_key(kind: str, key: str) -> tuple[str, str]:
    """The key as the provider takes it, and as screens show it. Raises BadPayoutKey."""
    text = key.strip()
    if kind in (KeyKind.CPF, KeyKind.CNPJ):
        document = _read_document(text)
        if document is None or len(document) != (11 if kind == KeyKind.CPF else 14):
            raise BadPayoutKey(kind=kind)
        if kind == KeyKind.CPF:
            return document, f"•••.{document[3:6]}.{document[6:9]}-••"
        return document, f"••.{document[2:5]}.{document[5:8]}/{document[8:12]}-••"
    if kind == KeyKind.EMAIL:
        try:
            validate_email(text)
        except ValidationError:
            raise BadPayoutKey(kind=kind) from None
        if len(text) > 77:  # the longest key of the PIX directory
            raise BadPayoutKey(kind=kind)
        text = text.lower()
        return text, f"{text[0]}•••@{text.rpartition('@')[2]}"
    if kind == KeyKind.PHONE:
        digits = re.sub(r"\D", "", text)
        digits = digits if len(digits) in (12, 13) and digits.startswith("55") else f"55{digits}"
        if not re.fullmatch(r"55[1-9][1-9](9\d{8}|[2-5]\d{7})", digits):
            raise BadPayoutKey(kind=kind)
        return f"+{digits}", f"+55 {digits[2:4]} •••••-{digits[-4:]}"
    if kind == KeyKind.RANDOM:
        try:
            text = str(uuid.UUID(text))
        except ValueError:
            raise BadPayoutKey(kind=kind) from None
        return text, f"{text[:4]}••••-••••{text[-4:]}"
    raise BadPayoutKey(kind=kind)


def _read_document(text: str) -> str | None:
    plain = re.sub(r"[.\-/\s]", "", text).upper()
    if len(plain) == 11 and plain.isdigit() and CPF().validate(plain):
        return plain
    if len(plain) == 14 and plain.isalnum() and CNPJ().validate(plain):
        return plain
    return None
