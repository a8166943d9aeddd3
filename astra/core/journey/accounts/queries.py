"""What others may know of accounts."""

import datetime
import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.foundation.tenancy.route import find_route
from astra.core.journey.accounts.models import Allowance, Holder, Member, Seller, User
from astra.core.journey.accounts.models.user import display_name


@dataclass(frozen=True, slots=True)
class SellerFacts:
    """A seller as other stages and screens see it."""

    id: uuid.UUID
    name: str
    locale: str
    currency: str
    is_suspended: bool
    is_leaving: bool = False


@dataclass(frozen=True, slots=True)
class AllowanceFacts:
    """The limits in force. ``may_sell`` is already weighed against the database's clock and any suspension."""

    plan_name: str
    sells_until: datetime.datetime | None
    max_instances: int
    max_products: int
    fee_basis_points: int
    engines: tuple[str, ...]
    may_sell: bool
    max_members: int = 1


NO_ALLOWANCE = AllowanceFacts("", None, 0, 0, 0, (), False)


def seller_of(user_id: uuid.UUID) -> uuid.UUID | None:
    """The seller that a person works for, or None."""
    hit = find_route("member", str(user_id))
    return hit.seller_id if hit else None


def addresses_of(user_id: uuid.UUID) -> list[str]:
    """The addresses of mail that a person confirmed, in small letters."""
    found = EmailAddress.objects.filter(user_id=user_id, verified=True).order_by("email")
    return [address.lower() for address in found.values_list("email", flat=True)]


def discord_id_of(user_id: uuid.UUID) -> str | None:
    """The id of the Discord account that a person signs in with, proved by Discord itself; None without one."""
    return SocialAccount.objects.filter(user_id=user_id, provider="discord").values_list("uid", flat=True).first()


def discord_name_of(user_id: uuid.UUID) -> str:
    """How a person's linked Discord account was called when it was last used; empty without one."""
    kept = SocialAccount.objects.filter(user_id=user_id, provider="discord").values_list("extra_data", flat=True).first() or {}
    return str(kept.get("global_name") or kept.get("username") or "")


def seller_facts(seller_id: uuid.UUID) -> SellerFacts:
    """One seller. Raises Seller.DoesNotExist for an unknown id."""
    with acting_for(seller_id):
        row = Seller.objects.get(id=seller_id)
    return SellerFacts(row.id, row.name, row.locale, row.currency, row.suspended_at is not None, row.leaving_at is not None)


def allowance(seller_id: uuid.UUID) -> AllowanceFacts:
    """The limits of a seller now; ``NO_ALLOWANCE`` before a trial or plan."""
    with acting_for(seller_id):
        row = Allowance.objects.filter(seller_id=seller_id).first()
        if row is None:
            return NO_ALLOWANCE
        suspended = Seller.objects.filter(id=seller_id).exclude(suspended_at=None, leaving_at=None).exists()
        in_time = row.sells_until is None or row.sells_until > current_instant()
    return AllowanceFacts(
        row.plan_name,
        row.sells_until,
        row.max_instances,
        row.max_products,
        row.fee_basis_points,
        tuple(row.engines),
        in_time and not suspended,
        row.max_members,
    )


@dataclass(frozen=True, slots=True)
class SellerLine:
    """A seller in the operator's list."""

    id: uuid.UUID
    name: str
    owner_email: str
    created_at: datetime.datetime
    plan_name: str
    sells_until: datetime.datetime | None
    suspended_at: datetime.datetime | None
    suspended_reason: str
    has_fixed_holder: bool = False


def sellers(search: str = "", limit: int = 200) -> list[SellerLine]:
    """Every seller, newest first, for the operator; ``search`` looks into shop names and owners' addresses."""
    with as_system():
        allowances = {row.seller_id: row for row in Allowance.objects.all()}
        owners = {row.seller_id: row.user.email for row in Member.objects.filter(role=Member.OWNER).select_related("user")}
        fixed = set(Holder.objects.filter(replaced_at=None).exclude(fixed_at=None).values_list("seller_id", flat=True))
        rows = list(Seller.objects.order_by("-created_at"))
    wanted = search.strip().lower()
    lines = []
    for row in rows:
        email = owners.get(row.id, "")
        if wanted and wanted not in row.name.lower() and wanted not in email.lower():
            continue
        held = allowances.get(row.id)
        lines.append(
            SellerLine(
                row.id,
                row.name,
                email,
                row.created_at,
                held.plan_name if held else "",
                held.sells_until if held else None,
                row.suspended_at,
                row.suspended_reason,
                row.id in fixed,
            )
        )
    return lines[:limit]


def seller_names() -> dict[uuid.UUID, str]:
    """The name of every seller, for the operator's lists."""
    with as_system():
        return dict(Seller.objects.values_list("id", "name"))


def person_names(ids: set[str]) -> dict[str, str]:
    """How people are called, by their id as text; unknown ids are left out."""
    known = [uuid.UUID(text) for text in ids if _is_id(text)]
    return {str(user.id): display_name(user) for user in User.objects.filter(id__in=known)}


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
