"""One member of the team: what he did, his role, and the ways out."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import NotFound
from astra.core.journey.accounts.access import access_member
from astra.core.journey.accounts.actions.change_role import change_role
from astra.core.journey.accounts.actions.hand_over_shop import hand_over_shop
from astra.core.journey.accounts.actions.remove_member import remove_member
from astra.core.journey.accounts.activity import Deed, deeds_of, was_member
from astra.core.journey.accounts.permissions import OWNER, governs, role_text, roles_given_by
from astra.core.journey.accounts.queries import person_names
from astra.core.journey.accounts.team import MemberFacts
from astra.core.surfaces.portal.forms.team import RoleForm
from astra.core.surfaces.portal.step_up import step_up, typed_before
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.ui.deeds import deed_text

SHOWN = 50
# Where the object of a deed can be looked at: kind → route and the name of its id.
OBJECTS = {
    "product": ("product", "product_id"),
    "instance": ("instance", "instance_id"),
    "order": ("order", "order_id"),
    "member": ("member", "person_id"),
}


@seller_page
def member(visit: Visit, person_id: uuid.UUID) -> HttpResponse:
    """Shows what a member, or somebody who was one, did; ``before`` is the last deed of the page before."""
    return _show(visit, person_id)


@seller_page
@step_up(back="member", keep=("role",), first=access_member)
def role(visit: Visit, person_id: uuid.UUID) -> HttpResponse:
    """Takes ``role`` and gives it to a member."""
    facts = access_member(visit.seller_id, person_id)
    where = reverse("member", args=[facts.person_id])
    if visit.request.method != "POST":
        return _show(visit, person_id)
    form = RoleForm(visit.request.POST, roles=roles_given_by(visit.role))
    if form.is_valid():
        wanted = form.cleaned_data["role"]

        def deed() -> None:
            change_role(seller_id=visit.seller_id, person_id=facts.person_id, role=wanted, actor=visit.actor)
            visit.say(_("Role changed."), detail=_("It holds from the next click on."))

        mine = str(facts.person_id) == visit.actor.id
        answer = carry_out(visit, deed, reverse("team") if mine else where, form, {"last_owner": "role"})
        if answer is not None:
            return answer
    return _show(visit, person_id, form)


@require_POST
@seller_page
def remove(visit: Visit, person_id: uuid.UUID) -> HttpResponse:
    """Takes a member out of the team."""
    facts = access_member(visit.seller_id, person_id)

    def deed() -> None:
        remove_member(seller_id=visit.seller_id, person_id=facts.person_id, actor=visit.actor)
        visit.say(
            _("%(name)s is out of the team.") % {"name": facts.name}, detail=_("Nothing of this shop opens for that account any more.")
        )

    return carry_out(visit, deed, reverse("team")) or HttpResponseRedirect(reverse("team"))


@require_POST
@seller_page
@step_up(back="member", first=access_member)
def hand_over(visit: Visit, person_id: uuid.UUID) -> HttpResponse:
    """Makes a member the owner; who hands over is a manager afterwards."""
    facts = access_member(visit.seller_id, person_id)

    def deed() -> None:
        hand_over_shop(seller_id=visit.seller_id, person_id=facts.person_id, actor=visit.actor)
        visit.say(_("The shop belongs to %(name)s now.") % {"name": facts.name}, detail=_("You are a manager. Both of you get a letter."))

    return carry_out(visit, deed, reverse("team")) or HttpResponseRedirect(reverse("team"))


def _show(visit: Visit, person_id: uuid.UUID, form: RoleForm | None = None) -> HttpResponse:
    facts = _known(visit, person_id)
    before = visit.request.GET.get("before", "")
    deeds = deeds_of(visit.seller_id, person_id, before=uuid.UUID(before) if _is_id(before) else None, limit=SHOWN)
    is_me = str(person_id) == visit.actor.id
    governed = facts is not None and governs(visit.role, facts.role)
    if governed and form is None and facts is not None:
        form = RoleForm(initial=typed_before(visit) or {"role": facts.role}, roles=roles_given_by(visit.role))
    name = facts.name if facts else person_names({str(person_id)}).get(str(person_id), _("Somebody"))
    return visit.page(
        "member.html",
        "team",
        facts=facts,
        name=name,
        person_id=person_id,
        their_role=role_text(facts.role) if facts else "",
        deeds=[(one, deed_text(one.verb), _where(visit, one)) for one in deeds],
        next_before=deeds[-1].id if len(deeds) == SHOWN else None,
        form=form if governed else None,
        may_remove=governed and not is_me,
        may_hand_over=visit.role == OWNER and facts is not None and not is_me,
    )


def _known(visit: Visit, person_id: uuid.UUID) -> MemberFacts | None:
    try:
        return access_member(visit.seller_id, person_id)
    except NotFound:
        if was_member(visit.seller_id, person_id):
            return None
        raise


def _where(visit: Visit, deed: Deed) -> str:
    known: Any = OBJECTS.get(deed.object_kind)
    if known is None or not _is_id(deed.object_id):
        return ""
    where = reverse(known[0], kwargs={known[1]: deed.object_id})
    return where if visit.opens(where) else ""


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
