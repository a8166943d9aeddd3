"""The demo's button that moves time forward: a plan ends, a trial runs out, while one watches. There is no such thing elsewhere."""

import datetime
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from astra.core.foundation.moving_clock import clock_offset, move_clock
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.theme import back
from astra.core.surfaces.ui.toasts import say

STEPS: Final = (1, 7, 30)


def is_demo() -> bool:
    """Whether time may be moved from a page."""
    return str(settings.ASTRA_ENVIRONMENT) == "demo"


@require_POST
@signed_in
def move_time(request: HttpRequest) -> HttpResponse:
    """Takes ``days`` (1, 7, 30; 0 is back to today) and goes back to the page. In the demo alone: 404 anywhere else."""
    if not is_demo():
        raise Http404
    chosen = request.POST.get("days", "")
    if chosen not in {"0", *map(str, STEPS)}:
        raise Http404
    days = int(chosen)
    move_clock(datetime.timedelta(days=days) if days else -clock_offset())
    said = ngettext("It is %(days)s day later.", "It is %(days)s days later.", days) % {"days": days} if days else _("It is today again.")
    say(request, said, detail=_("What is due happens by itself within seconds."))
    return HttpResponseRedirect(back(request))
