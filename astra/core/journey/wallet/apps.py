from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalletConfig(AppConfig):
    """What is the seller's, when it is free, and the way out."""

    name = "astra.core.journey.wallet"
    label = "wallet"
    verbose_name = _("Wallet")
    default_auto_field = "django.db.models.BigAutoField"
