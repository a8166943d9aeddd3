"""News from outside is stored before it is understood: verify, insert once, answer 2xx, then work."""

from typing import Any

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.ids import new_id


class InboxEvent(models.Model):
    """One event of one external account, kept for ever so that it is never taken twice. Global: its seller is found later."""

    id = models.UUIDField(primary_key=True, default=new_id)
    source = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    event_id = models.CharField(max_length=128)
    body = models.JSONField()
    received_at = models.DateTimeField(db_default=AstraNow())
    handled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=AstraNow())
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "foundation"
        db_table = "foundation_inbox_event"
        constraints = [models.UniqueConstraint(fields=["source", "account", "event_id"], name="foundation_inbox_event_once")]
        indexes = [models.Index(fields=["next_try_at"], condition=models.Q(handled_at=None), name="foundation_inbox_open")]


def accept(*, source: str, account: str, event_id: str, body: dict[str, Any]) -> InboxEvent | None:
    """Stores an event in the caller's transaction; None when it was here before."""
    rows = InboxEvent.objects.bulk_create([InboxEvent(source=source, account=account, event_id=event_id, body=body)], ignore_conflicts=True)
    return InboxEvent.objects.filter(id=rows[0].id).first()
