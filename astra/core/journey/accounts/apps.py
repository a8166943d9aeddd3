from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, sellers (the tenants), their members and what they are allowed."""

    name = "astra.core.journey.accounts"
    label = "accounts"
    verbose_name = _("Account")
    default_auto_field = "django.db.models.BigAutoField"
