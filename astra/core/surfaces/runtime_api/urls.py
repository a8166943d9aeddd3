"""Addresses under ``/runtime/``; the relay of clicks (``interactions``) belongs to surfaces/discord."""

from django.urls import path

from astra.core.surfaces.runtime_api import views

urlpatterns = [
    path("health", views.health),
    path("sessions", views.sessions),
    path("sessions/renewal", views.renewal),
    path("heartbeats", views.heartbeats),
    path("guild-events", views.guild_events),
]
