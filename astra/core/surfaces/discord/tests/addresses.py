"""The addresses of this surface as the project lays them, without the other surfaces."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def _page(request: HttpRequest, instance_id: str = "") -> HttpResponse:
    """Where letters lead; nobody goes there in these tests."""
    return HttpResponse()


urlpatterns = [
    path("discord/", include("astra.core.surfaces.discord.urls")),
    path("runtime/", include("astra.core.surfaces.discord.relay_urls")),
    path("instancia/<uuid:instance_id>/", _page, name="instance"),
    path("conta/", _page, name="account"),
]
