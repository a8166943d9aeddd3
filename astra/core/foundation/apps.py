from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Ids, clock, tenancy, sealing, events, jobs, inbox and audit: no business noun lives here."""

    name = "astra.core.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from astra.core.foundation.tenancy import guard

        guard.install()
