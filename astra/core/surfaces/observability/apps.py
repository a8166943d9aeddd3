from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """Whether the product lives, whether it can serve, and its figures."""

    name = "astra.core.surfaces.observability"
    label = "observability"
    default_auto_field = "django.db.models.BigAutoField"
