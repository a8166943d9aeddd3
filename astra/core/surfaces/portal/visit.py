"""A seller's visit: who is here, for which shop, and the frame around each page."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.journey.accounts.queries import SellerFacts, seller_facts, seller_of
from astra.core.journey.instances.queries import instances
from astra.core.surfaces.portal.words import instance_word
from astra.core.surfaces.ui.once import SentTwice, once
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.toasts import say


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person at work for a seller."""

    request: HttpRequest
    seller: SellerFacts
    actor: Actor

    @property
    def seller_id(self) -> uuid.UUID:
        """The seller whose shop this is."""
        return self.seller.id

    def page(self, template: str, here: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        """Renders a page inside the shop's frame; ``here`` names the item of the navigation."""
        found = instances(self.seller_id)
        shop_word = instance_word(found[0]) if found else None
        frame = {"seller": self.seller, "shop_word": shop_word, "here": here, "now": current_instant()}
        return render(self.request, f"portal/{template}", {**frame, **context}, status=status)

    def part(self, template: str, **context: Any) -> HttpResponse:
        """Renders a piece of a page for htmx."""
        return render(self.request, f"portal/{template}", {"now": current_instant(), "seller": self.seller, **context})

    def say(self, text: Any, *, detail: Any = "", tone: str = "ok", undo: str = "") -> None:
        """Puts a notice on the next page."""
        say(self.request, text, detail=detail, tone=tone, undo=undo)


def seller_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a seller: needs a signed-in person with a shop; what belongs to somebody else answers 404."""

    @signed_in
    @wraps(view)
    def wrapped(request: HttpRequest, **ids: Any) -> HttpResponse:
        user: Any = request.user
        seller_id = seller_of(user.pk)
        if seller_id is None:
            return redirect("admin_now" if user.is_operator else "open_shop")
        visit = Visit(request, seller_facts(seller_id), Actor("member", str(user.pk)))
        try:
            return view(visit, **ids)
        except NotFound as missing:
            raise Http404 from missing
        except SentTwice as again:
            return HttpResponseRedirect(again.where or reverse("home"))

    return wrapped


def carry_out(
    visit: Visit, deed: Callable[[], Any], leads_to: str, form: Any = None, fields: "dict[str, str] | None" = None
) -> HttpResponse | None:
    """Does a form's deed once and answers with the page after it.

    An expected failure becomes an error beside its field (``fields``: label of the failure → field; all others stand above the
    form) and None is returned: the form is shown again with everything typed. Without a form the failure is a notice.
    """
    try:
        with once(visit.request) as sending:
            deed()
            return HttpResponseRedirect(sending.leads_to(leads_to))
    except NotFound:
        raise
    except Failure as failure:
        if form is None:
            visit.say(failure.text, tone="bad")
            return HttpResponseRedirect(leads_to)
        form.add_error((fields or {}).get(failure.label), str(failure.text))
        return None
