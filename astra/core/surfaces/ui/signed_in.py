"""The door of every page that belongs to somebody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from astra.core.surfaces.ui.toasts import say


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Leads whoever is not signed in to sign-in and back; keeps the page out of every cache.

    A part that htmx asks for answers with an order to leave the page: else the sign-in form would appear inside it.
    """

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, **ids: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, **ids)
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("account_login")})
        if request.method == "POST":
            # The page that was sent cannot be opened by address alone: what was typed in it is gone, and it is better to say so.
            detail = _("What you had typed was not saved, and nothing was changed. Sign in and send it again.")
            say(request, _("Your session had ended."), detail=detail, tone="warn")
        return redirect_to_login(request.get_full_path(), reverse("account_login"))

    return wrapped
