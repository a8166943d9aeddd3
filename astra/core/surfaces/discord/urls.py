"""Addresses under ``/discord/``: what Discord itself calls."""

from django.urls import path

from astra.core.surfaces.discord.http_door import receive_interaction

urlpatterns = [path("interactions/<str:application_id>", receive_interaction, name="discord_interactions")]
