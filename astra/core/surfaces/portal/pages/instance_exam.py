"""The doctor's page: every step of the shop in its server, what is wrong, and the click or sentence that mends it."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.actions.ask_doctor import ask_doctor
from astra.core.journey.instances.actions.examine_instance import examine_instance
from astra.core.journey.instances.actions.fix_step import fix_step
from astra.core.journey.instances.doctor.steps import FIXED_BY_US, Step
from astra.core.journey.instances.doctor.words import told
from astra.core.journey.instances.queries import CheckupFacts, InstanceFacts, checkup, findings, invite_url
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import verdict_word

# Who looks at a page has the doctor look too, this often at the most.
LOOK_SECONDS = 8


def shown_step(step: Step, facts: InstanceFacts) -> dict[str, Any]:
    """A step as the templates show it; ``link`` is the page where the person mends it, ``leads`` how it is called."""
    link, leads = "", ""
    if step.fix == "invite":
        link, leads = invite_url(facts, with_roles=step.step == "role"), _("Open the invite")
    elif step.fix == "token":
        link, leads = f"{reverse('instance', args=[facts.id])}#token", _("Change the token")
    elif step.step == "channel":
        link, leads = reverse("instance_channels", args=[facts.id]), _("Choose the channels")
    said, word = told(step, facts.bot_name), verdict_word(step)
    return {"step": step, "said": said, "word": word, "is_ours": step.fix in FIXED_BY_US, "link": link, "leads": leads}


def wrong_steps(facts: InstanceFacts, seen: CheckupFacts) -> list[dict[str, Any]]:
    """What is wrong, the worst first. The token has a place of its own on the page."""
    return [shown_step(step, facts) for step in seen.wrong if step.step != "token"]


def look_again(visit: Visit, facts: InstanceFacts) -> bool:
    """Has the doctor come, if he was not here a moment ago and can see anything at all; whether he comes now."""
    if facts.wanted_state != "running" or facts.reason == "token_invalid":
        return False
    return ask_doctor(seller_id=visit.seller_id, instance_id=facts.id, every_seconds=LOOK_SECONDS)


def _groups(facts: InstanceFacts, seen: CheckupFacts) -> list[tuple[str, list[dict[str, Any]]]]:
    """The bot's own steps, then one group for each channel or role."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for step in seen.steps:
        title = "" if not step.place else step.place_name if step.step == "role" else f"#{step.place_name}"
        groups.setdefault(title, []).append(shown_step(step, facts))
    return list(groups.items())


def _part(visit: Visit, facts: InstanceFacts) -> dict[str, Any]:
    seen = checkup(visit.seller_id, facts.id)
    past = [one for one in findings(visit.seller_id, facts.id, 12) if one.closed_at is not None and one.step.step != "run"]
    return {
        "facts": facts,
        "seen": seen,
        "has_channels": any(step.place for step in seen.steps),
        "groups": _groups(facts, seen),
        "wrong": wrong_steps(facts, seen),
        "past": [(one, shown_step(one.step, facts)) for one in past],
    }


@seller_page
def instance_exam(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """Every step with its verdict; with a POST the doctor looks at once, thoroughly."""
    facts = access_instance(visit.seller_id, instance_id)
    where = reverse("instance_exam", args=[facts.id])
    if visit.request.method == "POST":

        def deed() -> None:
            steps = examine_instance(seller_id=visit.seller_id, instance_id=facts.id, thorough=True)
            failure = checkup(visit.seller_id, facts.id).failure
            wrong = sum(step.is_wrong for step in steps)
            if failure:
                visit.say(_("Discord did not answer, so this is what was seen before."), detail=_("Nothing was lost."), tone="warn")
            elif wrong:
                visit.say(_("Examined: there is something to put right."), tone="warn")
            else:
                visit.say(_("Examined: everything works."))

        return carry_out(visit, deed, where) or HttpResponseRedirect(where)
    look_again(visit, facts)
    return visit.page("instance_exam.html", "instances", tab="exam", **_part(visit, facts))


@seller_page
def instance_exam_steps(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """The part that refreshes itself."""
    facts = access_instance(visit.seller_id, instance_id)
    look_again(visit, facts)
    return visit.part("instance_exam_steps.html", **_part(visit, facts), **visit.shop_word())


@require_POST
@seller_page
def fix(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """Takes ``step`` and ``place``: applies the remedy that the page offered."""
    facts = access_instance(visit.seller_id, instance_id)
    step, place = visit.request.POST.get("step", "")[:24], visit.request.POST.get("place", "")[:20]
    where = reverse("instance_exam", args=[facts.id])

    def deed() -> None:
        fix_step(seller_id=visit.seller_id, instance_id=facts.id, step=step, place=place, actor=visit.actor)
        visit.say(_("Put right, and examined again."))

    return carry_out(visit, deed, where) or HttpResponseRedirect(where)
