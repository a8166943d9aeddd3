"""A seller says who is behind the shop, before the law and the bank."""

import uuid

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.own import fingerprint_own
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.write_letter import write_to_owners
from astra.core.journey.accounts.document import kind_of, mask_document, read_document
from astra.core.journey.accounts.holder import TABLE, open_holder
from astra.core.journey.accounts.letter import Letter
from astra.core.journey.accounts.models import Holder
from astra.core.journey.accounts.topics import Topic


class BadHolder(Failure):
    """Name or document of the holder is missing or wrong. Nothing was saved."""

    label = "bad_holder"
    text = gettext_lazy("Give the holder's full name and a valid CPF or CNPJ. Nothing was saved.")


class HolderFixed(Failure):
    """Money has gone out to this holder: another one needs a person of ours. Nothing was saved."""

    label = "holder_fixed"
    text = gettext_lazy(
        "After the first withdrawal the holder can only be changed by our team, so that nobody turns your money to himself."
        " Write to us. Nothing was saved."
    )


def set_holder(*, seller_id: uuid.UUID, name: str, document: str, actor: Actor) -> uuid.UUID:
    """Puts the legal holder of a seller in force and returns its row's id; the same one again changes nothing.

    Both are kept sealed, beside a keyed fingerprint of the document. The owners are told by a letter when another holder takes the
    place of one. Raises BadHolder, HolderFixed.
    """
    plain, called = read_document(document), " ".join(name.split())[:120]
    if plain is None or len(called) < 3:
        raise BadHolder
    with acting_for(seller_id):
        current = Holder.objects.select_for_update().filter(seller_id=seller_id, replaced_at=None).first()
        if current is not None:
            known = open_holder(current)
            if (known.name, known.document.reveal()) == (called, plain):
                return current.id
            if current.fixed_at is not None:
                raise HolderFixed
            Holder.objects.filter(id=current.id).update(replaced_at=AstraNow())
        row_id, masked = new_id(), mask_document(plain)
        Holder.objects.create(
            id=row_id,
            seller_id=seller_id,
            kind=kind_of(plain),
            name_sealed=seal(called, seller_id=seller_id, table=TABLE, row_id=row_id, column="name_sealed"),
            document_sealed=seal(plain, seller_id=seller_id, table=TABLE, row_id=row_id, column="document_sealed"),
            fingerprint=fingerprint_own(plain, scope="holder"),
            masked=masked,
        )
        record(seller_id=seller_id, actor=actor, verb="set_holder", object_kind="holder", object_id=row_id, facts={"kind": kind_of(plain)})
        if current is not None:
            write_to_owners(seller_id=seller_id, topic=Topic.SECURITY, letter=lambda: _changed(masked), key=f"holder:{row_id}")
    return row_id


def fix_holder(*, seller_id: uuid.UUID) -> None:
    """From now on only the operator lets the holder be changed: money goes out to this one. Runs in the caller's transaction."""
    with acting_for(seller_id):
        Holder.objects.filter(seller_id=seller_id, replaced_at=None, fixed_at=None).update(fixed_at=AstraNow())


def free_holder(*, seller_id: uuid.UUID, reason: str, actor: Actor) -> None:
    """The operator lets a seller give another holder. Raises NotFound when there is none that is fixed."""
    with acting_for(seller_id):
        row = Holder.objects.select_for_update().filter(seller_id=seller_id, replaced_at=None).exclude(fixed_at=None).first()
        if row is None:
            raise NotFound(seller_id=str(seller_id))
        Holder.objects.filter(id=row.id).update(fixed_at=None)
        record(seller_id=seller_id, actor=actor, verb="free_holder", object_kind="holder", object_id=row.id, reason=reason[:500])


def _changed(masked: str) -> Letter:
    return Letter(
        _("The legal holder of your shop was changed"),
        [
            _("From now on withdrawals go to PIX keys of the document %(masked)s only. A key of the holder before is not used any more.")
            % {"masked": masked}
        ],
        button=_("See the account"),
        where=reverse("account"),
        foot=_("It was not you? Change your password at once and look at your sessions: somebody is in your account."),
    )
