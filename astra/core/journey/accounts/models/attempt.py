"""How often somebody tried to get in lately."""

from django.db import models


class Attempt(models.Model):
    """Tries in a window that began with the first of them. Global, as sign-in is; written by ``count_attempt`` alone."""

    scope = models.CharField(max_length=80, primary_key=True)
    tries = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_attempt"
