"""The words of the letters about bots, in the language in force."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from astra.core.journey.accounts.letter import Letter
from astra.core.journey.instances.doctor.steps import Step
from astra.core.journey.instances.doctor.words import in_one_sentence
from astra.core.journey.instances.models import Finding, Instance
from astra.core.journey.instances.reasons import explain


def troubled_letter(instance: Instance, reason: str) -> Letter:
    """A bot waits for a person: what happened, what was not lost, what to do."""
    why = explain(reason, instance.seen_state)
    return Letter(
        _("Your bot %(name)s needs you") % {"name": instance.name},
        [
            *([str(why.happened), str(why.to_do)] if why else []),
            _("What is paid meanwhile is delivered when it answers again."),
        ],
        button=_("See the bot"),
        where=reverse("instance", args=[instance.id]),
    )


def found_letter(instance: Instance, findings: Sequence[Finding]) -> Letter:
    """The bot runs, but something is wrong with its shop: of each finding what happened and what to do."""
    steps = [
        Step(row.step, "blocked" if row.verdict == "blocked" else "warned", row.reason, row.place, row.place_name, facts=row.facts)
        for row in findings
    ]
    return Letter(
        _("Your bot %(name)s needs you") % {"name": instance.name},
        [
            *(in_one_sentence(step, instance.bot_name) for step in steps),
            _("Products, stock and orders are kept."),
        ],
        button=_("See what to do"),
        where=reverse("instance_exam", args=[instance.id]),
    )
