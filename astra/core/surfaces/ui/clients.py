"""A browser's long name in two words."""

from django.utils.translation import gettext as _

# The first that fits counts: many browsers call themselves by others' names too.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def client_word(user_agent: str) -> tuple[str, str]:
    """Browser and system as people call them; words for unknown ones."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), _("Another program"))
    system = next((name for mark, name in SYSTEMS if mark in user_agent), _("unknown system"))
    return browser, system
