"""A seller's visit: who is here, for which shop, and the frame around each page."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.journey.accounts.invitations import invitations_for
from astra.core.journey.accounts.permissions import OWNER, PERMISSIONS, ROLE_WORDS, permissions_of, role_text
from astra.core.journey.accounts.queries import SellerFacts
from astra.core.journey.accounts.team import owners, place_of
from astra.core.journey.instances.queries import InstanceFacts, instances
from astra.core.surfaces.portal.doors import ANYBODY, asked_by
from astra.core.surfaces.portal.words import instance_word
from astra.core.surfaces.ui.once import SentTwice, once
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.toasts import say

# Where the session keeps the seller that a person of several teams chose.
CHOSEN = "seller_id"


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person at work for a seller, in a role: without one nothing is allowed."""

    request: HttpRequest
    seller: SellerFacts
    actor: Actor
    role: str = ""
    has_others: bool = False
    may: dict[str, bool] = field(default_factory=dict)

    @property
    def seller_id(self) -> uuid.UUID:
        """The seller whose shop this is."""
        return self.seller.id

    def opens(self, where: str) -> bool:
        """Whether the role may see the page at an address of the portal."""
        return _lets_in(self, asked_by(str(resolve(where).url_name), "GET"))

    def page(
        self, template: str, here: str = "", *, status: int = 200, seen_bots: "list[InstanceFacts] | None" = None, **context: Any
    ) -> HttpResponse:
        """Renders a page inside the shop's frame; ``here`` names the navigation's item; ``seen_bots`` are the instances if read already."""
        found = instances(self.seller_id) if seen_bots is None else seen_bots
        frame = {
            "seller": self.seller,
            **self.shop_word(found),
            "here": here,
            "now": current_instant(),
            "may": self.may,
            "role": role_text(self.role),
            "has_others": self.has_others,
        }
        return render(self.request, f"portal/{template}", {**frame, **context}, status=status)

    def shop_word(self, seen_bots: "list[InstanceFacts] | None" = None) -> dict[str, Any]:
        """How the shop is called in the frame: a part that refreshes itself brings it along."""
        found = instances(self.seller_id) if seen_bots is None else seen_bots
        return {"shop_word": instance_word(found[0]) if found else None}

    def part(self, template: str, **context: Any) -> HttpResponse:
        """Renders a piece of a page for htmx."""
        frame = {"now": current_instant(), "seller": self.seller, "may": self.may, "is_part": True}
        return render(self.request, f"portal/{template}", {**frame, **context})

    def say(self, text: Any, *, detail: Any = "", tone: str = "ok", undo: str = "") -> None:
        """Puts a notice on the next page."""
        say(self.request, text, detail=detail, tone=tone, undo=undo)


def visit_of(request: HttpRequest) -> Visit | None:
    """The visit of whoever is signed in, at the shop he chose last; None for a person without any."""
    user: Any = request.user
    place = place_of(user.pk, _chosen(request))
    if place is None:
        return None
    held = permissions_of(place.role)
    may = {name: name in held for name in PERMISSIONS}
    return Visit(request, place.seller, Actor("member", str(user.pk)), place.role, place.has_others, may)


def seller_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a seller: needs a signed-in person with a shop and a role that the page's door lets in.

    What belongs to somebody else answers 404; what the role may not do, 403 in words (``doors.py`` is the table).
    """

    @signed_in
    @wraps(view)
    def wrapped(request: HttpRequest, **ids: Any) -> HttpResponse:
        visit = visit_of(request)
        if visit is None:
            return _nowhere(request)
        if _is_of_another_shop(visit):
            return _look_again(visit)
        try:
            asked = asked_by(str(request.resolver_match.url_name) if request.resolver_match else "", str(request.method))
            if not _lets_in(visit, asked):
                return _refuse(visit, asked)
            return view(visit, **ids)
        except NotFound as missing:
            raise Http404 from missing
        except SentTwice as again:
            return HttpResponseRedirect(again.where or reverse("home"))

    wrapped.asks_role = True  # type: ignore[attr-defined]  # read by the test over all routes
    return wrapped


def _nowhere(request: HttpRequest) -> HttpResponse:
    """Where a person without a shop goes: to the desk, to invitations that wait, or to a shop of his own."""
    user: Any = request.user
    where = "admin_now" if user.is_operator else "shops" if invitations_for(user.pk) else "open_shop"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(where)})
    return redirect(where)


def _is_of_another_shop(visit: Visit) -> bool:
    """Whether a form or a part belongs to a page of another shop, which the person left in another tab."""
    request = visit.request
    said = request.POST.get("of_shop", "") if request.method == "POST" else ""
    said = said or request.headers.get("X-Shop", "")
    return bool(said) and said != str(visit.seller_id)


def _look_again(visit: Visit) -> HttpResponse:
    if visit.request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    detail = _("Nothing was changed. Choose the shop again, then send the form.")
    visit.say(_("That form belonged to another shop: you are in %(shop)s now.") % {"shop": visit.seller.name}, detail=detail, tone="warn")
    return redirect("shops")


def _chosen(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.session.get(CHOSEN, ""))
    except ValueError:
        return None


def _lets_in(visit: Visit, asked: str | None) -> bool:
    if asked is None:
        return visit.role == OWNER
    return asked == ANYBODY or visit.may.get(asked, False)


def _refuse(visit: Visit, asked: str | None) -> HttpResponse:
    """Says what was asked, who may do it, what this role may, and who can change it."""
    permission = PERMISSIONS.get(asked or "")
    return visit.page(
        "refused.html",
        status=403,
        asked=permission.words if permission else "",
        roles=[role_text(role) for role in (permission.roles if permission else (OWNER,))],
        mine=[PERMISSIONS[name].words for name, allowed in visit.may.items() if allowed],
        role_words=ROLE_WORDS[visit.role][1] if visit.role in ROLE_WORDS else "",
        owners=owners(visit.seller_id),
    )


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
