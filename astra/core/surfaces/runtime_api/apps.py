from django.apps import AppConfig


class RuntimeApiConfig(AppConfig):
    """What a running bot may ask of the core: a session, what is wanted, and to tell what it sees."""

    name = "astra.core.surfaces.runtime_api"
    label = "runtime_api"
    default_auto_field = "django.db.models.BigAutoField"
