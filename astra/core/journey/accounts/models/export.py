"""A seller's data, asked for and waiting to be fetched."""

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class Export(TenantModel):
    """One export. ``asked`` → ``ready`` until ``until`` → ``gone``; ``failed`` when making it went wrong three times.

    ``asked_by`` is empty when the product made it by itself (the archive of a seller whose plan ended long ago).
    """

    ASKED, READY, GONE, FAILED = "asked", "ready", "gone", "failed"
    STATES = (ASKED, READY, GONE, FAILED)

    asked_by = models.UUIDField(null=True)
    with_secrets = models.BooleanField(default=False)
    keep_days = models.PositiveSmallIntegerField(default=2)
    state = models.CharField(max_length=8, default=ASKED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(db_default=AstraNow())
    size_bytes = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "accounts_export"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=["asked", "ready", "gone", "failed"]), name="accounts_export_state"),
            models.CheckConstraint(condition=~models.Q(state="ready") | models.Q(until__isnull=False), name="accounts_export_ready_ends"),
        ]
        indexes = [models.Index(fields=["seller_id", "state"], name="accounts_export_state_of")]


class ExportPiece(TenantModel):
    """A part of an export's file, sealed: whoever steals the database reads no stock in it."""

    export = TenantKey("accounts.Export")
    place = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "accounts_export_piece"
        constraints = [models.UniqueConstraint(fields=["seller_id", "export", "place"], name="accounts_export_piece_once")]
