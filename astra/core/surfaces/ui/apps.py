from django.apps import AppConfig


class UiConfig(AppConfig):
    """The design system: base templates, components, styles, behaviours."""

    name = "astra.core.surfaces.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
