"""The team: who is in it, who is invited, what each role is for."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.accounts.access import access_invitation
from astra.core.journey.accounts.actions.end_invitation import withdraw_invitation
from astra.core.journey.accounts.actions.invite_member import invite_member
from astra.core.journey.accounts.actions.remove_member import leave_team
from astra.core.journey.accounts.actions.resend_invitation import resend_invitation
from astra.core.journey.accounts.invitations import open_invitations
from astra.core.journey.accounts.permissions import OWNER, READ_ONLY, ROLE_WORDS, governs, role_text, roles_given_by
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.accounts.roster import TeamFull
from astra.core.journey.accounts.team import members
from astra.core.journey.billing.entitlements import with_lifting_plan
from astra.core.surfaces.portal.forms.team import InviteForm
from astra.core.surfaces.portal.step_up import step_up, typed_before
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import invitation_word

ADDRESS_FAILURES = {"invited_before": "address", "in_the_team": "address", "too_many_invitations": "address"}


@seller_page
def team(visit: Visit) -> HttpResponse:
    """Shows the team."""
    return _show(visit, _form(visit))


@seller_page
@step_up(keep=("kind", "address", "role"))
def invite(visit: Visit) -> HttpResponse:
    """Takes ``kind`` (email, discord), ``address`` and ``role``, and invites."""
    if visit.request.method != "POST":
        return _show(visit, _form(visit, initial=typed_before(visit)))
    form = _form(visit, visit.request.POST)
    if form.is_valid():
        told = form.cleaned_data

        def deed() -> None:
            with_plan_said(lambda: invite_member(seller_id=visit.seller_id, actor=visit.actor, **told))
            if told["kind"] == "email":
                visit.say(_("Invitation sent."), detail=_("The letter with the link is on its way. It opens once, for seven days."))
            else:
                visit.say(_("Invitation open."), detail=_("It waits under “Your shops” for whoever signs in with that Discord account."))

        answer = carry_out(visit, deed, reverse("team"), form, ADDRESS_FAILURES)
        if answer is not None:
            return answer
    return _show(visit, form)


@require_POST
@seller_page
def resend(visit: Visit, invitation_id: uuid.UUID) -> HttpResponse:
    """Sends an invitation once more."""
    facts = access_invitation(visit.seller_id, invitation_id)

    def deed() -> None:
        with_plan_said(lambda: resend_invitation(seller_id=visit.seller_id, invitation_id=facts.id, actor=visit.actor))
        visit.say(_("Invitation sent again."), detail=_("Only the newest link opens."))

    return carry_out(visit, deed, reverse("team")) or HttpResponseRedirect(reverse("team"))


@require_POST
@seller_page
def withdraw(visit: Visit, invitation_id: uuid.UUID) -> HttpResponse:
    """Takes an invitation back."""
    facts = access_invitation(visit.seller_id, invitation_id)

    def deed() -> None:
        withdraw_invitation(seller_id=visit.seller_id, invitation_id=facts.id, actor=visit.actor)
        visit.say(_("Invitation taken back."), detail=_("Its link opens nothing any more."))

    return carry_out(visit, deed, reverse("team")) or HttpResponseRedirect(reverse("team"))


@require_POST
@seller_page
def leave(visit: Visit) -> HttpResponse:
    """The signed-in member leaves the team."""
    user: Any = visit.request.user

    def deed() -> None:
        leave_team(seller_id=visit.seller_id, user_id=user.pk)
        visit.say(_("You left the team of %(shop)s.") % {"shop": visit.seller.name})

    where = reverse("shops") if visit.role != OWNER or len(_owners(visit)) > 1 else reverse("team")
    return carry_out(visit, deed, where) or HttpResponseRedirect(where)


def with_plan_said(deed: Callable[[], Any]) -> None:
    """Does something that needs room in the team; the refusal names the plan that has it. Raises what the deed raises."""
    try:
        deed()
    except TeamFull as full:
        raise TeamFull(with_lifting_plan(full.text, "max_members", full.most), most=full.most) from full


def _owners(visit: Visit) -> list[uuid.UUID]:
    return [one.person_id for one in members(visit.seller_id) if one.role == OWNER]


def _form(visit: Visit, typed: Any = None, initial: dict[str, str] | None = None) -> InviteForm:
    # What is chosen before anybody chooses is the role that may least.
    return InviteForm(
        typed, initial={"role": READ_ONLY, **(initial or {})}, roles=[one for one in roles_given_by(visit.role) if one != OWNER]
    )


def _show(visit: Visit, form: InviteForm) -> HttpResponse:
    people = members(visit.seller_id)
    invited = open_invitations(visit.seller_id)
    taken = len(people) + sum(one.state == "open" for one in invited)
    most = allowance(visit.seller_id).max_members
    return visit.page(
        "team.html",
        "team",
        form=form,
        people=[(one, role_text(one.role), str(one.person_id) == visit.actor.id) for one in people],
        invited=[(one, role_text(one.role), invitation_word(one.state), governs(visit.role, one.role)) for one in invited],
        roles=ROLE_WORDS.values(),
        taken=taken,
        most=most,
        lifting=with_lifting_plan("", "max_members", most).strip() if taken >= most else "",
        may_leave=visit.role != OWNER or len(_owners(visit)) > 1,
    )
