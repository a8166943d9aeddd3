"""Light, dark or as the system has it: a cookie, so that the first byte of a page is already right."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from astra.core.journey.accounts.actions.choose_words import choose_words

COOKIE = "astra_theme"
THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """What the reader chose, or ``auto``."""
    chosen = request.COOKIES.get(COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def back(request: HttpRequest) -> str:
    """The page that a form was sent from, if it is one of ours."""
    target = request.POST.get("next") or request.headers.get("referer") or "/"
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"


def _keep(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=bool(settings.SESSION_COOKIE_SECURE))
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Takes ``theme`` (auto, light, dark) and goes back to the page."""
    chosen = request.POST.get("theme", "auto")
    return _keep(HttpResponseRedirect(back(request)), COOKIE, chosen if chosen in THEMES else "auto")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Takes ``language`` (pt-br, en), of a signed-in person's letters too, and goes back to the page."""
    chosen = request.POST.get("language", settings.LANGUAGE_CODE)
    if chosen not in dict(settings.LANGUAGES) or not check_for_language(chosen):
        chosen = settings.LANGUAGE_CODE
    if request.user.is_authenticated:
        choose_words(user_id=request.user.pk, locale=chosen)
    return remember_language(HttpResponseRedirect(back(request)), chosen)


def remember_language(response: HttpResponse, chosen: str) -> HttpResponse:
    """Keeps a language in the browser too: the pages before sign-in speak it."""
    return _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
