"""What every page may post to: theme, language and, in the demo, the clock."""

from django.urls import path

from astra.core.surfaces.ui import demo_clock, theme

urlpatterns = [
    path("tema/", theme.choose_theme, name="theme"),
    path("idioma/", theme.choose_language, name="language"),
    path("demo/relogio/", demo_clock.move_time, name="move_time"),
]
