"""Addresses of the core: one prefix per surface."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

SURFACES = (
    ("discord/", "discord"),
    ("runtime/", "runtime_api"),
    ("runtime/", "discord.relay_urls"),
    ("webhooks/", "webhooks"),
    ("admin/", "backoffice"),
    ("compras/", "purchases"),
    ("", "observability"),
    ("", "portal"),
)

urlpatterns: list[URLPattern | URLResolver] = []
for prefix, surface in SURFACES:
    package = f"astra.core.surfaces.{surface.split('.')[0]}"
    module = f"astra.core.surfaces.{surface if '.' in surface else surface + '.urls'}"
    if find_spec(package) and find_spec(module):
        urlpatterns.append(path(prefix, include(module)))
# Last: an address of ours stands before allauth's of the same name.
urlpatterns.append(path("conta/", include("allauth.account.urls")))
