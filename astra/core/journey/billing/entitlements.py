"""Which plan lifts a limit: said beside every refusal that a limit causes."""

from typing import Literal

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from astra.core.journey.billing.models import Plan

Limit = Literal["max_instances", "max_products", "max_members"]


def with_lifting_plan(text: "str | Promise", limit: Limit, most: int) -> str:
    """The refusal's text, and after it the cheapest offered plan that allows more than ``most``, where there is one."""
    plan = _offered().filter(**{f"{limit}__gt": most}).first()
    if plan is None:
        return str(text)
    return f"{text} " + _("The plan %(plan)s allows up to %(most)s.") % {"plan": plan.name, "most": getattr(plan, limit)}


def with_plan_of_engine(text: "str | Promise", engine: str) -> str:
    """The refusal's text, and after it the cheapest offered plan that runs bots in this way, where there is one."""
    plan = _offered().filter(engines__contains=[engine]).first()
    return str(text) if plan is None else f"{text} " + _("The plan %(plan)s includes it.") % {"plan": plan.name}


def _offered() -> "QuerySet[Plan]":
    """What can be chosen now, the cheapest first."""
    return Plan.objects.filter(is_current=True, is_hidden=False).exclude(period=Plan.TRIAL).order_by("price_minor")
