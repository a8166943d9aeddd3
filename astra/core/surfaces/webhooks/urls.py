"""Addresses that other systems call, one per system."""

from django.urls import path

from astra.core.surfaces.webhooks.payments import take_payment_notice

urlpatterns = [path("payments/<slug:provider>", take_payment_notice, name="webhook_payments")]
