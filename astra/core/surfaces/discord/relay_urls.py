"""Addresses under ``/runtime/``: what a bot calls with the interactions it carries."""

from django.urls import path

from astra.core.surfaces.discord.relay_door import relay_closure, relay_interaction

urlpatterns = [
    path("interactions", relay_interaction, name="runtime_interactions"),
    path("interactions/<str:interaction_id>/closure", relay_closure, name="runtime_interaction_closure"),
]
