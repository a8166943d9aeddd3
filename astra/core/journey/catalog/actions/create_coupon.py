"""A seller makes a coupon."""

import datetime
import re
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import Coupon
from astra.core.journey.catalog.models.coupon import CouponKind

CODE = re.compile(r"[A-Z0-9_-]{2,32}")
MAX_AMOUNT_MINOR = 100_000_000


class BadCoupon(Failure):
    """Something about the coupon cannot be. Nothing was saved."""

    text = _("This coupon cannot be saved like this. Nothing was changed.")
    label = "bad_coupon"


class BadCode(BadCoupon):
    """The code is not one that buyers could type. Nothing was saved."""

    text = _("A code has 2 to 32 letters, digits, hyphens or underscores. Nothing was changed.")
    label = "bad_code"


class CodeTaken(BadCoupon):
    """The seller has a coupon with this code. Nothing was saved."""

    text = _("You have a coupon with this code already. Nothing was changed.")
    label = "code_taken"


class BadValue(BadCoupon):
    """The discount is nothing, or more than it may be. Nothing was saved."""

    text = _("A fixed discount is more than zero and at most one million. Nothing was changed.")
    label = "bad_value"


class BadUses(BadCoupon):
    """The limit of uses is none, or more than it may be. Nothing was saved."""

    text = _("A limit of uses is from 1 to 1,000,000. Nothing was changed.")
    label = "bad_uses"


def coupon_code(text: str) -> str:
    """A code as it is stored and compared: capital letters, no space around it."""
    return text.strip().upper()


def create_coupon(
    *,
    seller_id: uuid.UUID,
    code: str,
    kind: str,
    value: int,
    actor: Actor,
    minimum_minor: int = 0,
    max_uses: int | None = None,
    starts_at: datetime.datetime | None = None,
    ends_at: datetime.datetime | None = None,
) -> uuid.UUID:
    """Makes an active coupon and returns its id. ``value`` is a whole percent (1–99) or an amount in minor units.

    Raises BadCoupon, as the BadCode, CodeTaken, BadValue or BadUses that it is.
    """
    code = coupon_code(code)
    _check(code, kind, value, minimum_minor, max_uses)
    if starts_at and ends_at and ends_at <= starts_at:
        raise BadCoupon(_("A coupon ends after it starts. Nothing was changed."))
    with acting_for(seller_id):
        coupon = Coupon(
            seller_id=seller_id,
            code=code,
            kind=kind,
            value=value,
            minimum_minor=minimum_minor,
            max_uses=max_uses,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        try:
            with transaction.atomic():
                coupon.save(force_insert=True)
        except IntegrityError as error:
            raise CodeTaken from error
        record(seller_id=seller_id, actor=actor, verb="create_coupon", object_kind="coupon", object_id=coupon.id, facts={"code": code})
    return coupon.id


def _check(code: str, kind: str, value: int, minimum_minor: int, max_uses: int | None) -> None:
    if not CODE.fullmatch(code):
        raise BadCode
    if kind not in CouponKind.values:
        raise BadCoupon(_("Choose a percentage or a fixed amount. Nothing was changed."))
    if kind == CouponKind.PERCENT and not 1 <= value <= 99:
        raise BadValue(_("A percentage is between 1 and 99. Nothing was changed."))
    if kind == CouponKind.FIXED and not 1 <= value <= MAX_AMOUNT_MINOR:
        raise BadValue
    if not 0 <= minimum_minor <= MAX_AMOUNT_MINOR:
        raise BadCoupon(_("The minimum of an order cannot be negative. Nothing was changed."))
    if max_uses is not None and not 1 <= max_uses <= 1_000_000:
        raise BadUses
