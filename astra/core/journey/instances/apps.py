from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstancesConfig(AppConfig):
    """The seller's bots: their tokens, what is wanted of them, what is seen of them."""

    name = "astra.core.journey.instances"
    label = "instances"
    verbose_name = _("Instances")
    default_auto_field = "django.db.models.BigAutoField"
