from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money in and out through a provider; what it is for is an opaque purpose."""

    name = "astra.core.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"
