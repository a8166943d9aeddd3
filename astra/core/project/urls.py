"""Addresses of the core: one prefix per surface."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

SURFACES = (
    ("discord/", "discord"),
    ("runtime/", "runtime_api"),
    ("webhooks/", "webhooks"),
    ("admin/", "backoffice"),
    ("compras/", "purchases"),
    ("", "observability"),
    ("", "portal"),
)

urlpatterns: list[URLPattern | URLResolver] = [path("conta/", include("allauth.account.urls"))]
for prefix, surface in SURFACES:
    module = f"astra.core.surfaces.{surface}"
    if find_spec(module) and find_spec(f"{module}.urls"):
        urlpatterns.append(path(prefix, include(f"{module}.urls")))
