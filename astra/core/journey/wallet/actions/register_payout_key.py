"""A seller says where the money goes."""

import datetime
import re
import uuid

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.set_holder import set_holder
from astra.core.journey.accounts.document import kind_of, mask_document, read_document
from astra.core.journey.accounts.holder import holder_in_force
from astra.core.journey.wallet.destination import TABLE, open_key
from astra.core.journey.wallet.events import PayoutKeyChanged
from astra.core.journey.wallet.models import PayoutKey
from astra.core.journey.wallet.models.payout_key import KeyKind
from astra.core.journey.wallet.rules import policy


class BadPayoutKey(Failure):
    """The key is not one of its kind. Nothing was saved."""

    label = "bad_payout_key"
    text = _("This is not a PIX key of the chosen kind. Nothing was saved: check it and try again.")


class OtherHolder(Failure):
    """The document is not that of the shop's legal holder. Nothing was saved."""

    label = "other_holder"
    text = _("Withdrawals go to the legal holder of the shop only, who is in your account's page. Nothing was saved: use that document.")


class NotTheHolders(Failure):
    """A CPF or CNPJ key of somebody else. Nothing was saved."""

    label = "not_the_holders"
    text = _("The key must be the holder's own CPF or CNPJ. Nothing was saved: use the holder's document as the key, or another kind.")


def register_payout_key(
    *, seller_id: uuid.UUID, kind: str, key: str, actor: Actor, holder_name: str = "", holder_document: str = ""
) -> uuid.UUID:
    """Makes a PIX key the one that withdrawals go to, after the policy's cool-down, and returns its id.

    It is of the seller's legal holder; where none was given yet, ``holder_name`` and ``holder_document`` say who it is, and later
    they may be left out. The key in force again changes nothing and starts no new cool-down. Raises BadPayoutKey, BadHolder,
    OtherHolder, NotTheHolders.
    """
    plain, masked = _read_key(kind, key)
    cooldown = datetime.timedelta(hours=policy().key_cooldown_hours)
    with acting_for(seller_id):
        holder = holder_in_force(seller_id)
        if holder is None:
            set_holder(seller_id=seller_id, name=holder_name, document=holder_document, actor=actor)
            holder = holder_in_force(seller_id)
            assert holder is not None  # it was put in force a moment ago, in this transaction
        name, document = holder.name, holder.document.reveal()
        if holder_document and read_document(holder_document) != document:
            raise OtherHolder
        if kind in (KeyKind.CPF, KeyKind.CNPJ) and plain != document:
            raise NotTheHolders
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
        document = read_document(text)
        if document is None or kind_of(document) != kind:
            raise BadPayoutKey(kind=kind)
        return document, mask_document(document)
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
