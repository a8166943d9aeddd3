from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """The operator's site: the same actions as everywhere, other permissions."""

    name = "astra.core.surfaces.backoffice"
    label = "backoffice"
    default_auto_field = "django.db.models.BigAutoField"
