"""Before something sensitive happens, the person proves once more to be there."""

import base64
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from astra.core.foundation.sealing.seal import SealBroken, seal, unseal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.sign_in import has_second_factor
from astra.core.surfaces.portal.visit import Visit

KEPT = "step_up"
CELL = {"table": "django_session", "column": "step_up"}


def is_fresh(request: HttpRequest, minutes: int) -> bool:
    """Whether the person signed in or confirmed within the last minutes; who has a second factor, by the factor.

    Sessions keep real time, so this does too: the demo's clock neither ends nor renews it.
    """
    user: Any = request.user
    records = get_authentication_records(request, user)
    if has_second_factor(user):
        records = [one for one in records if one["method"] == "mfa"]
    latest = max((float(one["at"]) for one in records), default=0.0)
    return 0 <= time.time() - latest < minutes * 60


def step_up(
    minutes: int = 5,
    *,
    back: str = "",
    at: str = "",
    then: "str | Promise" = "",
    keep: tuple[str, ...] = (),
    first: Callable[..., Any] | None = None,
    ids_lead_back: bool = True,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A POST passes only within ``minutes`` of a proof of presence; otherwise the person proves it and comes back to the form.

    ``back`` names the route of the form (empty: the route itself), ``at`` the place of the form on it, and ``ids_lead_back`` says whether
    it has the same ids; ``then`` says what the person has to do after it; ``keep`` the
    fields whose contents wait, sealed, in the session (never a token); ``first`` runs before, so that what belongs to somebody else
    answers 404 and not a question.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(visit: Visit, **ids: Any) -> HttpResponse:
            request = visit.request
            if request.method != "POST" or is_fresh(request, minutes):
                return view(visit, **ids)
            if first is not None:
                first(visit.seller_id, *ids.values())
            where = reverse(back, kwargs=ids if ids_lead_back else {}) if back else request.path
            request.session.pop(KEPT, None)
            if keep:
                _keep(visit, where, keep)
            visit.say(_("First confirm that it is you."), detail=then, tone="warn")
            return _ask(request, where + (f"#{at}" if at else ""))

        wrapped.step_up_minutes = minutes  # type: ignore[attr-defined]  # read by the test over all routes
        return wrapped

    return decorate


def confirmed_first(
    minutes: int = 5, *, reading_is_free: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page of ways in opens only within ``minutes`` of a proof of presence; otherwise the person proves it and comes back.

    Allauth asks who has a password or second factor, and lets everybody else pass: whoever comes in by Discord alone is asked
    here. With ``reading_is_free`` only a POST asks.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        asked_by_allauth = reauthentication_required(app="allauth.mfa", allow_get=reading_is_free)(view)

        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
            user: Any = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if user.has_usable_password() or has_second_factor(user):
                answer: HttpResponse = asked_by_allauth(request, *args, **ids)
                return answer
            if is_fresh(request, minutes) or (reading_is_free and request.method == "GET"):
                return view(request, *args, **ids)
            return _ask(request, request.get_full_path())

        wrapped.step_up_minutes = minutes  # type: ignore[attr-defined]
        return wrapped

    return decorate


def _ask(request: HttpRequest, where: str) -> HttpResponseRedirect:
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:
        return HttpResponseRedirect(reverse("mfa_index"))
    return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': where})}")


def typed_before(visit: Visit) -> dict[str, str] | None:
    """What the person had typed on this page before the question, once; None when nothing waits."""
    kept = visit.request.session.get(KEPT)
    if visit.request.method != "GET" or not kept or kept["where"] != visit.request.path:
        return None
    del visit.request.session[KEPT]
    person: Any = visit.request.user
    try:
        with acting_for(visit.seller_id):
            text = unseal(base64.b64decode(kept["sealed"]), seller_id=visit.seller_id, row_id=person.pk, **CELL).reveal()
    except SealBroken:
        return None
    return {name: str(value) for name, value in QueryDict(text).items()}


def _keep(visit: Visit, where: str, fields: tuple[str, ...]) -> None:
    person: Any = visit.request.user
    typed = urlencode({name: visit.request.POST.get(name, "")[:500] for name in fields})
    with acting_for(visit.seller_id):
        sealed = seal(typed, seller_id=visit.seller_id, row_id=person.pk, **CELL)
    visit.request.session[KEPT] = {"where": where, "sealed": base64.b64encode(sealed).decode()}
