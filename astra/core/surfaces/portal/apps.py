from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The seller's site."""

    name = "astra.core.surfaces.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
