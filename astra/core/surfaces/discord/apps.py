from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscordSurfaceConfig(AppConfig):
    """The shop inside Discord: presses come in, screens go out."""

    name = "astra.core.surfaces.discord"
    label = "discord_surface"
    verbose_name = _("Discord")
    default_auto_field = "django.db.models.BigAutoField"
