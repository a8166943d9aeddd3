"""The door of every page that belongs to somebody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache


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
        return redirect_to_login(request.get_full_path(), reverse("account_login"))

    return wrapped
