"""Which plan lifts a limit: said beside every refusal that a limit causes."""

from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from astra.core.journey.billing.models import Plan

Limit = Literal["max_instances", "max_products", "max_members"]


def with_lifting_plan(text: "str | Promise", limit: Limit, most: int) -> str:
    """The refusal's text, and after it the cheapest offered plan that allows more than ``most``, where there is one."""
    found = Plan.objects.filter(is_current=True, is_hidden=False, **{f"{limit}__gt": most}).exclude(period=Plan.TRIAL)
    plan = found.order_by("price_minor").first()
    if plan is None:
        return str(text)
    return f"{text} " + _("The plan %(plan)s allows up to %(most)s.") % {"plan": plan.name, "most": getattr(plan, limit)}
