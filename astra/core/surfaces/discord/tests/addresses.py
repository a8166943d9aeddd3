"""The addresses of this surface as the project lays them, without the other surfaces."""

from django.urls import include, path

urlpatterns = [
    path("discord/", include("astra.core.surfaces.discord.urls")),
    path("runtime/", include("astra.core.surfaces.discord.relay_urls")),
]
