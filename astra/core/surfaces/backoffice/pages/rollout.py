"""A version of the bot, sent to all instances or taken back."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.instances.actions.begin_rollout import begin_rollout, halt_rollout
from astra.core.surfaces.backoffice.desk import actor_of, carry_out, operator_page


@require_POST
@operator_page
def begin(request: HttpRequest) -> HttpResponse:
    """Takes ``release`` and ``reason``: the supervisor brings the version to every instance."""
    release = request.POST.get("release", "").strip()
    done = _("On its way: the early channel first, then a few at a time. It is halted by itself when it fails.")
    return carry_out(
        request, lambda reason: begin_rollout(release=release, actor=actor_of(request), reason=reason), done, reverse("admin_instances")
    )


@require_POST
@operator_page
def halt(request: HttpRequest) -> HttpResponse:
    """Takes ``reason``: no instance gets the version any more, and those that have it go back."""
    return carry_out(
        request, lambda reason: halt_rollout(reason=reason), _("Halted. Bots that have it go back."), reverse("admin_instances")
    )
