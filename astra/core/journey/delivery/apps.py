from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    """Handing over what was paid: one delivery per order line, one notice per order, one item never twice."""

    name = "astra.core.journey.delivery"
    label = "delivery"
    verbose_name = _("Deliveries")
    default_auto_field = "django.db.models.BigAutoField"
