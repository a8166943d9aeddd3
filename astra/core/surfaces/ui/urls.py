"""What every page may post to: theme and language."""

from django.urls import path

from astra.core.surfaces.ui import theme

urlpatterns = [
    path("tema/", theme.choose_theme, name="theme"),
    path("idioma/", theme.choose_language, name="language"),
]
