"""Discord as a way in: signing in, linking, confirming, unlinking. Each begins with a form of ours and comes back to one address."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.providers.base.constants import AuthAction, AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.signals import social_account_added
from allauth.socialaccount.views import signup
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from astra.core.foundation.failure import Failure
from astra.core.journey.accounts.actions.count_attempt import PER_ADDRESS, count_attempt
from astra.core.journey.accounts.actions.unlink_discord import unlink_discord
from astra.core.journey.accounts.discord_sign_in import CONFIRM, DISCORD, is_offered
from astra.core.journey.accounts.provider import DiscordAddresses
from astra.core.journey.accounts.queries import discord_name_of
from astra.core.surfaces.portal.pages.security import keep_only_this_session
from astra.core.surfaces.portal.step_up import confirmed_first
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.toasts import say


def _to_discord(request: HttpRequest, process: str, next_url: str | None = None, **more: Any) -> HttpResponse:
    if not is_offered():
        raise Http404
    account = get_adapter(request)
    # Each beginning keeps a state in a session; who begins without end fills the table.
    if not count_attempt("discord", account.get_client_ip(request), PER_ADDRESS):
        return render(request, "429.html", status=429)
    provider = get_social_adapter(request).get_provider(request, DISCORD)
    answer: HttpResponse = provider.redirect(request, process=process, next_url=next_url, **more)
    return answer


@never_cache
def sign_in_with_discord(request: HttpRequest) -> HttpResponse:
    """A POST leads to Discord, and back to ``next``; a link alone begins nothing and shows the button."""
    if not is_offered():
        raise Http404
    if request.method != "POST":
        return render(request, "socialaccount/login.html", {"next_url": get_next_redirect_url(request) or ""})
    return _to_discord(request, AuthProcess.LOGIN, get_next_redirect_url(request))


@signed_in
@confirmed_first()
def link_discord(request: HttpRequest) -> HttpResponse:
    """A POST leads to Discord to link an account of there to the one that is signed in here."""
    if request.method != "POST":
        return render(request, "socialaccount/login.html", {"is_link": True})
    return _to_discord(request, AuthProcess.CONNECT, reverse("mfa_index"))


@signed_in
def confirm_by_discord(request: HttpRequest) -> HttpResponse:
    """Proves presence for who has no password and no second factor: Discord is asked who sits there."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not any(one["url"] == request.path for one in methods):
        where = methods[0]["url"] if methods else reverse("mfa_index")
        return HttpResponseRedirect(passthrough_next_redirect_url(request, where, "next"))
    next_url = get_next_redirect_url(request)
    if request.method == "POST":
        return _to_discord(request, CONFIRM, next_url, auth_params={"prompt": "consent"}, action=AuthAction.REAUTHENTICATE)
    others = [{**one, "url": passthrough_next_redirect_url(request, one["url"], "next")} for one in methods if one["url"] != request.path]
    return render(request, "socialaccount/reauthenticate.html", {"next_url": next_url or "", "reauthentication_alternatives": others})


@require_GET
@never_cache
def back_from_discord(request: HttpRequest) -> HttpResponse:
    """Where Discord leads back to: ``code`` and ``state``, or ``error``."""
    if not is_offered():
        raise Http404
    answer: HttpResponse = OAuth2CallbackView.adapter_view(DiscordAddresses)(request)
    return answer


@never_cache
def sign_up_with_discord(request: HttpRequest) -> HttpResponse:
    """Takes ``email`` of a person whom Discord vouches for and who has no account here."""
    answer: HttpResponse = signup(request)
    return answer


@signed_in
@confirmed_first()
def unlink(request: HttpRequest) -> HttpResponse:
    """Takes the linked Discord account away, unless it is the only way in."""
    user: Any = request.user
    name = discord_name_of(user.pk)
    if request.method == "POST":
        try:
            if unlink_discord(user_id=user.pk):
                get_adapter(request).send_notification_mail("socialaccount/email/account_disconnected", user)
                keep_only_this_session(request)
                say(request, _("Discord no longer opens this account."), detail=_("You were signed out everywhere else."))
        except Failure as failure:
            say(request, failure.text, tone="bad")
        return redirect("mfa_index")
    if not name:
        return redirect("mfa_index")
    return render(request, "socialaccount/connections.html", {"discord_name": name})


@receiver(social_account_added, dispatch_uid="portal: a linked Discord account")
def _linked(sender: Any, request: HttpRequest, **facts: Any) -> None:
    """A new way in, as every change of one: whoever is signed in elsewhere must come in again."""
    keep_only_this_session(request)
