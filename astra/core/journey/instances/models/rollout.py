"""A version of the bot on its way to every instance of the installation."""

from django.db import models

from astra.core.journey.instances.real_clock import RealNow


class Rollout(models.Model):
    """One version, from its first instance to its last or to its halt. Belongs to no seller: the operator's.

    ``release`` is what the engine is told: a fixed image of docker and kubernetes, a mark of its own for processes. The newest row that is
    done names the version that new starts get; without one it is the version at hand.
    """

    STATES = [(word, word) for word in ("rolling", "done", "halted")]

    release = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=STATES, default="rolling")
    begun_because = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    settle_seconds = models.PositiveIntegerField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    begun_at = models.DateTimeField(db_default=RealNow())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "instances_rollout"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["rolling", "done", "halted"]), name="instances_rollout_state_word"),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="rolling"), name="instances_rollout_one_at_a_time"),
        ]
