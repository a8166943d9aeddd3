"""The security of a person's account: second factor, recovery codes, open sessions. For sellers and operators alike."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.accounts.actions.end_other_sessions import end_other_sessions
from astra.core.journey.accounts.queries import discord_name_of
from astra.core.surfaces.portal.visit import visit_of
from astra.core.surfaces.ui.clients import client_word
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.toasts import say


@signed_in
def security(request: HttpRequest) -> HttpResponse:
    """Shows what protects the account and where it is open."""
    user: Any = request.user
    UserSession.objects.create_from_request(request)
    held = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    factors = {one.type: one for one in held}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    sessions = sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)
    context: dict[str, Any] = {
        "app": factors.get(Authenticator.Type.TOTP),
        "passkeys": [one for one in held if one.type == Authenticator.Type.WEBAUTHN],
        "has_password": user.has_usable_password(),
        "discord_name": discord_name_of(user.pk),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "sessions": [(one, one.is_current(), *client_word(one.user_agent)) for one in sessions],
    }
    visit = visit_of(request)
    if visit is None:
        return render(request, "portal/security_alone.html", context)
    return visit.page("security.html", "security", **context)


def keep_only_this_session(request: HttpRequest) -> None:
    """Ends every other session of the person and binds this one anew."""
    user: Any = request.user
    before = request.session.session_key
    user.session_epoch = end_other_sessions(user_id=user.pk)
    update_session_auth_hash(request, user)
    mine = UserSession.objects.filter(user_id=user.pk)
    mine.exclude(session_key=before).delete()
    mine.filter(session_key=before).update(session_key=request.session.session_key)


@require_POST
@signed_in
def end_others(request: HttpRequest) -> HttpResponse:
    """Signs the person out everywhere else."""
    keep_only_this_session(request)
    say(request, _("Signed out everywhere else."))
    return redirect("mfa_index")


@require_POST
@signed_in
def end_session(request: HttpRequest) -> HttpResponse:
    """Takes ``session_id``: ends one session of the person; ending the present one leads to signing out."""
    session_id = request.POST.get("session_id", "")
    found = UserSession.objects.filter(user_id=request.user.pk, pk=session_id).first() if session_id.isdecimal() else None
    if found is None:
        raise Http404
    if found.is_current():
        return HttpResponseRedirect(reverse("account_logout"))
    found.end()
    say(request, _("Session ended."))
    return redirect("mfa_index")
