"""The account when a seller leaves: who was here goes along; then people, documents, ways in and the seller's key are removed."""

import uuid
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import AuditRow
from astra.core.foundation.leaving import Hindrance, Part, Row, plain, rows_of
from astra.core.foundation.sealing.data_key import DataKey
from astra.core.foundation.tenancy.route import Route, find_routes
from astra.core.journey.accounts.actions.forget_person import forget_person
from astra.core.journey.accounts.holder import open_holder
from astra.core.journey.accounts.models import Allowance, Closing, Export, ExportPiece, Holder, Invitation, Member, Seller, User

# Late money must still find its book, and a used trial its mark; neither holds anything personal.
KEPT_ROUTES = ("charge", "refund", "payout", "trial", "trial_address", "trial_discord", "trial_payer")


def export(seller_id: uuid.UUID, with_secrets: bool) -> Iterable[Part]:
    """Shop, team, the owners' own data, the legal holder, limits, what was asked for, the audit."""

    def person(member: Member) -> Row:
        return {"name": member.user.name, "email": member.user.email}

    def opened(row: Holder) -> Row:
        holder = open_holder(row)
        return {"name": holder.name, "document": holder.document.reveal()}

    yield Part("shop", _("Your shop."), rows_of(Seller))
    yield Part("team", _("Who works in it."), rows_of(Member, more=person))
    yield Part("invitations", _("Whom you invited into the team."), rows_of(Invitation, hide=["token_hash"]))
    yield Part("people", _("What we know of its owners: name, addresses, choices, open sessions."), _owners(seller_id))
    yield Part("holder", _("Legal name and document."), rows_of(Holder, more=opened if with_secrets else None))
    yield Part("limits", _("What your plan allows."), rows_of(Allowance))
    yield Part("exports", _("Which exports were asked for."), rows_of(Export, hide=["tries", "next_try_at"]))
    yield Part("closings", _("When the end of the account was asked for."), rows_of(Closing, hide=["next_look_at"]))
    yield Part("audit", _("Who did what, and why."), rows_of(AuditRow))


def _owners(seller_id: uuid.UUID) -> Iterable[Row]:
    owners = Member.objects.filter(seller_id=seller_id, role=Member.OWNER).values_list("user_id", flat=True)
    for user in User.objects.filter(id__in=list(owners)).order_by("id"):
        yield {
            "id": str(user.id),
            "name": user.name,
            "email": user.email,
            "locale": user.locale,
            "time_zone": user.time_zone,
            "unwanted_letters": user.unwanted_letters,
            "created_at": plain(user.created_at),
            "last_login": plain(user.last_login),
            "addresses": list(EmailAddress.objects.filter(user=user).order_by("id").values("email", "verified", "primary")),
            "sessions": [
                {name: plain(value) for name, value in one.items()}
                for one in UserSession.objects.filter(user=user).order_by("id").values("created_at", "last_seen_at", "ip", "user_agent")
            ],
        }


def hindrances(seller_id: uuid.UUID) -> list[Hindrance]:
    """Others who work here: they lose their place, so they are asked to go, or the shop becomes one of theirs."""
    others = Member.objects.filter(seller_id=seller_id).count() - 1
    if others < 1:
        return []
    text = _("Other people work in this shop. Hand it over to one of them, or take them out of the team first.")
    return [Hindrance("team", text, "team", _("Open the team"))]


def erase(seller_id: uuid.UUID) -> None:
    """Removes people's data, documents, exports, ways in, and the key that everything of the seller was sealed with.

    A person who works nowhere else is forgotten; the name of the shop goes too. Ways that money takes (charges, refunds, payouts) and
    the marks of a used trial stay: they lead to amounts and ids only.
    """
    ExportPiece.objects.filter(seller_id=seller_id).delete()
    Export.objects.filter(seller_id=seller_id).exclude(state=Export.GONE).update(state=Export.GONE)
    Holder.objects.filter(seller_id=seller_id).delete()
    Allowance.objects.filter(seller_id=seller_id).delete()
    people = list(Member.objects.filter(seller_id=seller_id).values_list("user_id", flat=True))
    Member.objects.filter(seller_id=seller_id).delete()
    Invitation.objects.filter(seller_id=seller_id).delete()
    Route.objects.filter(seller_id=seller_id).exclude(kind__in=KEPT_ROUTES).delete()
    for user_id in people:
        if not find_routes("member", str(user_id)):
            forget_person(user_id=user_id)
    Seller.objects.filter(id=seller_id).update(name="—", suspended_reason="")
    DataKey.objects.filter(seller_id=seller_id).delete()
