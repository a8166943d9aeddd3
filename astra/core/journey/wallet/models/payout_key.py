"""Where a seller's money goes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.tenancy.models import TenantModel


class KeyKind(models.TextChoices):
    """The five kinds of PIX key."""

    CPF = "cpf", "CPF"
    CNPJ = "cnpj", "CNPJ"
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Mobile phone")
    RANDOM = "random", _("Random key")


class PayoutKey(TenantModel):
    """One PIX key and its holder, sealed. A seller has one in force; replaced ones stay for the withdrawals made to them."""

    kind = models.CharField(max_length=8, choices=KeyKind.choices)
    key_sealed = models.BinaryField()
    masked = models.CharField(max_length=64)
    holder_name_sealed = models.BinaryField()
    holder_document_sealed = models.BinaryField()
    usable_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "wallet_payout_key"
        constraints = [
            models.UniqueConstraint(fields=["seller_id"], condition=models.Q(replaced_at=None), name="wallet_payout_key_one_in_force"),
            models.CheckConstraint(condition=models.Q(kind__in=KeyKind.values), name="wallet_payout_key_kind"),
        ]
