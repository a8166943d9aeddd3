"""What a person has to do something about, most urgent first; of that, what the role may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.journey.catalog.queries import ProductFacts
from astra.core.journey.instances.doctor.words import told
from astra.core.journey.instances.machine import RUN
from astra.core.journey.instances.queries import FindingFacts, InstanceFacts
from astra.core.journey.instances.reasons import explain
from astra.core.journey.publication.queries import PublicationFacts
from astra.core.surfaces.portal.words import publication_word

FEW = 5
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Need:
    """One line: what happened, what to do or where, and the button that leads there."""

    mark: str
    tone: str
    title: "str | Promise"
    words: "str | Promise"
    button: "str | Promise"
    where: str


def needs_of(
    may: Mapping[str, bool],
    bots: Sequence[InstanceFacts],
    found: Sequence[FindingFacts],
    goods: Sequence[ProductFacts],
    shown: Sequence[PublicationFacts],
) -> list[Need]:
    """The first few things that need somebody with these permissions, bots before goods before cards."""
    lines: list[Need] = []
    if may["run_instance"]:
        lines += _of_bots(bots, found)
    if may["add_stock"]:
        lines += [line for product in goods for line in _of_goods(product)]
    if may["publish"]:
        lines += [_of_card(card) for card in shown if card.state == "failed"]
    return lines[:MOST_SHOWN]


def _of_bots(bots: Sequence[InstanceFacts], found: Sequence[FindingFacts]) -> list[Need]:
    """A bot that waits for a person says only that; of one that runs, what the doctor found, what blocks first."""
    lines: list[Need] = []
    for bot in bots:
        why = explain(bot.reason, bot.seen_state)
        if why and why.needs_a_person:
            lines.append(_line(bot, "bad", why.happened, why.to_do, reverse("instance", args=[bot.id])))
            continue
        mine = [one.step for one in found if one.instance_id == bot.id and one.step.step != RUN and one.step.is_told]
        for step in sorted(mine, key=lambda step: step.verdict != "blocked"):
            said = told(step, bot.bot_name)
            tone = "bad" if step.verdict == "blocked" else "warn"
            lines.append(_line(bot, tone, said.happened, said.to_do, reverse("instance_exam", args=[bot.id])))
    return lines


def _line(bot: InstanceFacts, tone: str, happened: "str | Promise", to_do: "str | Promise", where: str) -> Need:
    return Need("alert-octagon", tone, happened, f"{bot.name} · {to_do}" if to_do else bot.name, _("See"), where)


def _of_goods(product: ProductFacts) -> list[Need]:
    lines = []
    for one in product.variations:
        mark, title = "hourglass-low", ""
        if one.waiting:
            mark = "clock-pause"
            title = ngettext("A buyer paid and waits for %(count)s item", "Buyers paid and wait for %(count)s items", one.waiting)
            title %= {"count": one.waiting}
        elif one.available == 0:
            title = _("Sold out")
        elif one.available <= FEW:
            title = ngettext("%(count)s item left", "%(count)s items left", one.available) % {"count": one.available}
        if title:
            lines.append(Need(mark, "warn", title, f"{product.name} · {one.name}", _("Restock"), reverse("stock", args=[product.id])))
    return lines


def _of_card(card: PublicationFacts) -> Need:
    word = publication_word(card)
    return Need("refresh", "bad", _("Card not published"), f"#{card.channel_name}: {word.detail}", _("See"), reverse("publications"))
