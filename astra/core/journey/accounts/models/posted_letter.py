"""A letter on its way to a person."""

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.ids import new_id


class PostedLetter(models.Model):
    """A letter that was written. Global, as people are. Its words are sealed and gone when it was sent: links in it open doors."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The same occasion writes one letter: two jobs, or a job and a sweep, agree on the key.
    key = models.CharField(max_length=120, null=True, unique=True)
    user_id = models.UUIDField(null=True)
    address = models.CharField(max_length=254)
    topic = models.CharField(max_length=16)
    sealed = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=AstraNow(), editable=False)
    next_try_at = models.DateTimeField(db_default=AstraNow())
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "accounts_posted_letter"
        indexes = [
            models.Index(fields=["next_try_at"], condition=models.Q(sent_at=None, gave_up_at=None), name="accounts_letter_on_its_way"),
            models.Index(fields=["address"], name="accounts_letter_address"),
        ]
