from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    """Plans and the subscription of a seller."""

    name = "astra.core.journey.billing"
    label = "billing"
    verbose_name = _("Plan")
    default_auto_field = "django.db.models.BigAutoField"
