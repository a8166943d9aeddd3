"""Passkeys: added, named, removed, used to sign in and to confirm. Allauth's pages in our look."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views
from allauth.mfa.webauthn.internal import auth, flows
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from astra.core.foundation.failure import Failure
from astra.core.journey.accounts.actions.count_attempt import PER_ADDRESS, count_attempt
from astra.core.journey.accounts.actions.remove_passkey import remove_passkey
from astra.core.surfaces.portal.pages.security import keep_only_this_session
from astra.core.surfaces.portal.step_up import confirmed_first
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.toasts import say


class AddPasskey(views.AddWebAuthnView):  # type: ignore[misc]  # allauth carries no types
    """Takes ``name`` and ``credential``. The key stays on the device and opens the account without a password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and what the browser asks the device for."""
        context: dict[str, Any] = super(views.AddWebAuthnView, self).get_context_data(**kwargs)
        context["form"].errors  # noqa: B018  weighed before the next question replaces the one that was answered
        context["js_data"] = {"options": auth.begin_registration(self.request.user, True)}
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """The passkey counts from now on, and whoever is signed in elsewhere must come in again."""
        answer: HttpResponse = super().form_valid(form)
        keep_only_this_session(self.request)
        return answer


class NamePasskey(views.EditWebAuthnView):  # type: ignore[misc]
    """Takes ``name``."""

    success_url = reverse_lazy("mfa_index")


@signed_in
@confirmed_first()
def take_away_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes a passkey of the person, unless it is the only way in."""
    user: Any = request.user
    found = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN, pk=pk).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            remove_passkey(user_id=user.pk, passkey_id=pk)
        except Failure as failure:
            say(request, failure.text, tone="bad")
            return redirect("mfa_index")
        get_adapter(request).send_notification_mail("mfa/email/webauthn_removed", user)
        keep_only_this_session(request)
        say(request, _("Passkey removed."), detail=_("You were signed out everywhere else."))
        return redirect("mfa_index")
    return render(request, "mfa/webauthn/authenticator_confirm_delete.html", {"passkey": found})


class SignInByPasskey(views.LoginWebAuthnView):  # type: ignore[misc]
    """GET as JSON gives the question for the device, POST takes its ``credential`` and ``next``."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Each question is kept in a session; who asks without end fills the table."""
        adapter = get_adapter(request)
        if adapter.is_ajax(request) and not count_attempt("passkey_address", adapter.get_client_ip(request), PER_ADDRESS):
            return JsonResponse({"problem": str(adapter.error_messages["too_many_passkeys"])}, status=429)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """In, and on to where the person was going."""
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = flows.perform_passwordless_login(self.request, passkey, login)
        return answer


class ConfirmByPasskey(views.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Takes ``credential`` of who is signed in."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the question, with what went wrong."""
        for message in form.errors.get("credential", []):
            get_adapter().add_message(self.request, messages.ERROR, message=message)
        return HttpResponseRedirect(self.passthrough_next_url(reverse("mfa_reauthenticate_webauthn")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The question for the device."""
        context: dict[str, Any] = super(views.ReauthenticateWebAuthnView, self).get_context_data(**kwargs)
        context["js_data"] = {"options": auth.begin_authentication(self.request.user)}
        return context


add_passkey = never_cache(confirmed_first()(AddPasskey.as_view()))
name_passkey = never_cache(confirmed_first()(NamePasskey.as_view()))
sign_in_by_passkey = never_cache(SignInByPasskey.as_view())
confirm_by_passkey = never_cache(ConfirmByPasskey.as_view())
