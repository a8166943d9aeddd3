"""The operator brings a version of the bot to every instance, or takes it back."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import Failure
from astra.core.integrations.engines.docker_spec import FIXED_IMAGE
from astra.core.integrations.engines.engine import installed_engines
from astra.core.journey.instances.models import Rollout
from astra.core.journey.instances.real_clock import RealNow

# An instance has to run this long with the new version before the next ones follow.
SETTLE_SECONDS = 30
BY_IMAGE = frozenset({"docker", "kubernetes"})
LONGEST = 200


class RolloutRunning(Failure):
    """One version at a time."""

    label = "rollout_running"
    text = _("Another version is on its way to the bots. Nothing was changed. Wait for it, or halt it first.")


class ReleaseNotFixed(Failure):
    """A name that could mean another version tomorrow, or none at all."""

    label = "release_not_fixed"
    text = _("The version must be an image with its digest (sha256:…), so that it cannot become another one. Nothing was changed.")


def begin_rollout(*, release: str, actor: Actor, settle_seconds: int = SETTLE_SECONDS, reason: str = "") -> int:
    """Starts to bring ``release`` to every instance that runs, the early ones first; returns the rollout's number.

    The supervisor does the steps (``advance_rollout``). Engines local and pool run the code at hand: for them it is a restart, a few
    at a time. Raises ReleaseNotFixed, RolloutRunning.
    """
    is_by_image = bool(BY_IMAGE & set(installed_engines()))
    if not 0 < len(release) <= LONGEST or (is_by_image and not FIXED_IMAGE.fullmatch(release)):
        raise ReleaseNotFixed
    try:
        with transaction.atomic():
            made = Rollout.objects.create(
                release=release, settle_seconds=settle_seconds, begun_because=reason[:LONGEST], actor_kind=actor.kind, actor_id=actor.id
            )
    except IntegrityError as error:
        raise RolloutRunning from error
    return int(made.pk)


def halt_rollout(*, reason: str) -> bool:
    """Halts what is on its way; the supervisor takes it back from those that have it. Whether there was one."""
    return bool(Rollout.objects.filter(state="rolling").update(state="halted", reason=reason[:LONGEST], ended_at=RealNow()))
