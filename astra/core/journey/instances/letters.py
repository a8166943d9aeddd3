"""The words of the letters about bots, in the language in force."""

from django.urls import reverse
from django.utils.translation import gettext as _

from astra.core.journey.accounts.letter import Letter
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.reasons import explain


def troubled_letter(instance: Instance, reason: str) -> Letter:
    """A bot waits for a person: what happened, what was not lost, what to do."""
    why = explain(reason, instance.seen_state)
    return Letter(
        _("Your bot %(name)s needs you") % {"name": instance.name},
        [
            *([str(why.happened), str(why.to_do)] if why else []),
            _("Products, stock and orders are kept; what was paid is delivered when it answers again."),
        ],
        button=_("See the bot"),
        where=reverse("instance", args=[instance.id]),
    )
