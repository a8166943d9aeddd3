"""Adding, using and removing the second factor: allauth's pages in our look, and every other session ends with a change."""

from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as either
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.totp import views as app_views
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from astra.core.surfaces.portal.pages.security import keep_only_this_session
from astra.core.surfaces.portal.step_up import confirmed_first


class AddApp(app_views.ActivateTOTPView):  # type: ignore[misc]  # allauth carries no types
    """Shows a QR code and takes the first ``code`` of the app; asks who it is before."""

    def form_valid(self, form: Any) -> HttpResponse:
        """The app counts from now on, and whoever is signed in elsewhere must come through it."""
        answer: HttpResponse = super().form_valid(form)
        keep_only_this_session(self.request)
        return answer


class RemoveApp(app_views.DeactivateTOTPView):  # type: ignore[misc]
    """Takes the app away, with the recovery codes."""

    def form_valid(self, form: Any) -> HttpResponse:
        """The password alone opens the account again."""
        answer: HttpResponse = super().form_valid(form)
        keep_only_this_session(self.request)
        return answer


class NewCodes(codes_views.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Makes ten new recovery codes; the old ones stop working."""

    def form_valid(self, form: Any) -> HttpResponse:
        """As after every change of a factor."""
        answer: HttpResponse = super().form_valid(form)
        keep_only_this_session(self.request)
        return answer


add_app = never_cache(confirmed_first()(AddApp.as_view()))
remove_app = never_cache(confirmed_first()(RemoveApp.as_view()))
new_codes = never_cache(confirmed_first()(NewCodes.as_view()))
show_codes = never_cache(codes_views.ViewRecoveryCodesView.as_view())
sign_in_by_code = never_cache(either.AuthenticateView.as_view())
confirm_by_code = never_cache(either.ReauthenticateView.as_view())
# The password and the addresses of mail are ways in too: allauth lets whoever has only Discord change them unasked.
set_password = never_cache(confirmed_first()(account_views.password_set))
addresses = never_cache(confirmed_first(reading_is_free=True)(account_views.email))
