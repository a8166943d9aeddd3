"""The operator's desk: who may sit there, and how a deed with a reason is carried out."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.surfaces.ui.once import SentTwice, once
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.toasts import say

LONGEST_REASON = 200
# So much of a reason that is too long is given back to be copied.
READ_AGAIN = 1_000


class ReasonForm(forms.Form):
    """Every deed of an operator says why; the words are kept in the audit."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)


def operator_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the operator. Whoever is signed in and is none gets 404: the panel does not say that it exists."""

    @signed_in
    @wraps(view)
    def wrapped(request: HttpRequest, **ids: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_operator:
            raise Http404
        try:
            return view(request, **ids)
        except NotFound as missing:
            raise Http404 from missing

    return wrapped


def actor_of(request: HttpRequest) -> Actor:
    """The operator as the one who acts."""
    return Actor("operator", str(request.user.pk))


def show(request: HttpRequest, template: str, here: str, **context: Any) -> HttpResponse:
    """Renders a page inside the desk's frame, or the parts of one that htmx asks for (``is_part``)."""
    return render(
        request,
        f"backoffice/{template}",
        {"here": here, "now": current_instant(), "is_part": request.headers.get("HX-Request") == "true", **context},
    )


def carry_out(request: HttpRequest, deed: Callable[[str], Any], done: Any, where: str) -> HttpResponse:
    """Does a deed that needs a reason, once, and goes back to the list with a notice of what happened."""
    form = ReasonForm(request.POST)
    typed = request.POST.get("reason", "").strip()
    if len(typed) > LONGEST_REASON:
        text = _("That reason has %(count)s characters and %(most)s fit. Nothing was changed. Copy it from here and say it shorter:")
        say(request, text % {"count": len(typed), "most": LONGEST_REASON}, detail=typed[:READ_AGAIN], tone="bad")
        return HttpResponseRedirect(where)
    if not form.is_valid():
        say(request, _("Say why: the reason is kept beside the deed. Nothing was changed."), tone="bad")
        return HttpResponseRedirect(where)
    try:
        with once(request) as sending:
            deed(form.cleaned_data["reason"])
            say(request, done)
            return HttpResponseRedirect(sending.leads_to(where))
    except SentTwice:
        return HttpResponseRedirect(where)
    except NotFound:
        raise
    except Failure as failure:
        say(request, failure.text, tone="bad")
        return HttpResponseRedirect(where)
