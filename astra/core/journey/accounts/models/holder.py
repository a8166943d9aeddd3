"""Who is behind a seller, before the law and the bank."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Holder(TenantModel):
    """Legal name and CPF or CNPJ, sealed. One is in force; replaced ones stay until the seller leaves.

    ``fingerprint`` is a keyed hash by which the installation recognises the same document without being able to read it.
    """

    CPF, CNPJ = "cpf", "cnpj"

    kind = models.CharField(max_length=4)
    name_sealed = models.BinaryField()
    document_sealed = models.BinaryField()
    fingerprint = models.BinaryField()
    masked = models.CharField(max_length=24)
    # Since the first withdrawal: only the operator lets it be changed.
    fixed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_holder"
        constraints = [
            models.UniqueConstraint(fields=["seller_id"], condition=models.Q(replaced_at=None), name="accounts_holder_one_in_force"),
            models.CheckConstraint(condition=models.Q(kind__in=["cpf", "cnpj"]), name="accounts_holder_kind"),
        ]
        indexes = [models.Index(fields=["fingerprint"], name="accounts_holder_fingerprint")]
