"""Publication: which product is shown in which channel."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from astra.core.integrations.discord.failures import DiscordFailure
from astra.core.journey.catalog.access import access_product
from astra.core.journey.catalog.queries import products
from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.queries import InstanceFacts, guild_channels, instances
from astra.core.journey.publication.access import access_publication
from astra.core.journey.publication.actions.publish_product import publish_product
from astra.core.journey.publication.actions.unpublish import unpublish
from astra.core.journey.publication.queries import PublicationFacts, publications
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import publication_word
from astra.core.surfaces.ui.choices import offer_choices
from astra.core.surfaces.ui.formats import money_text

Channels = list[tuple[str, str, str, str]]


class PublishForm(forms.Form):
    """Which product goes where."""

    product_id = forms.ChoiceField(label=gettext_lazy("Product"))
    instance_id = forms.UUIDField(widget=forms.HiddenInput)
    channel_id = forms.ChoiceField(label=gettext_lazy("Channel"))

    def __init__(self, *args: Any, offered: list[tuple[str, str]], channels: Channels, **options: Any) -> None:
        super().__init__(*args, **options)
        offer_choices(self, "product_id", offered)
        guilds: dict[str, list[tuple[str, str]]] = {}
        for _guild_id, guild, channel_id, channel in channels:
            guilds.setdefault(guild, []).append((channel_id, f"#{channel}"))
        offer_choices(self, "channel_id", list(guilds.items()))


@seller_page
def publication_list(visit: Visit) -> HttpResponse:
    """What is published, and the form: takes ``product_id``, ``instance_id`` and ``channel_id``."""
    request = visit.request
    bots = instances(visit.seller_id)
    wanted = request.POST.get("instance_id") or request.GET.get("instance_id") or ""
    bot = next((one for one in bots if str(one.id) == wanted), bots[0] if bots else None)
    channels, problem = _channels(visit, bot)
    found = products(visit.seller_id)
    # Names may repeat: the price tells two products apart.
    offered = [(str(one.id), f"{one.name} · {money_text(one.from_price_minor, one.currency)}") for one in found]
    first = {"instance_id": bot.id if bot else None, "product_id": request.GET.get("product_id", "")}
    form = PublishForm(request.POST or None, offered=offered, channels=channels, initial=first)
    if request.method == "POST" and bot is not None and form.is_valid():
        answer = _publish(visit, access_instance(visit.seller_id, bot.id), form, channels)
        if answer is not None:
            return answer
    names = {str(one.id): one.name for one in found}
    lines = [(one, publication_word(one), names.get(str(one.product_id), "")) for one in publications(visit.seller_id)]
    return visit.page(
        "publications.html", "publications", form=form, lines=lines, bots=bots, bot=bot, channels=channels, problem=problem, offered=offered
    )


def _channels(visit: Visit, bot: InstanceFacts | None) -> tuple[Channels, bool]:
    if bot is None:
        return [], False
    try:
        return guild_channels(visit.seller_id, bot.id), False
    except DiscordFailure:
        return [], True


def _publish(visit: Visit, bot: InstanceFacts, form: PublishForm, channels: Channels) -> HttpResponse | None:
    product = access_product(visit.seller_id, uuid.UUID(form.cleaned_data["product_id"]))
    channel_id = form.cleaned_data["channel_id"]
    channel_name = next(name for _guild, _guild_name, channel, name in channels if channel == channel_id)

    def deed() -> None:
        publish_product(
            seller_id=visit.seller_id,
            product_id=product.id,
            instance_id=bot.id,
            channel_id=channel_id,
            channel_name=channel_name,
            actor=visit.actor,
        )
        visit.say(
            _("%(product)s is on its way to #%(channel)s.") % {"product": product.name, "channel": channel_name},
            detail=_("The card appears there in a moment."),
        )

    return carry_out(visit, deed, reverse("publications"), form)


@seller_page
def publication_state(visit: Visit, publication_id: uuid.UUID) -> HttpResponse:
    """The word of one publication, refreshed while it is on its way."""
    facts = access_publication(visit.seller_id, publication_id)
    return visit.part("publication_state.html", one=facts, word=publication_word(facts))


def _press(deed_of: Callable[[Visit, PublicationFacts], None]) -> Callable[..., HttpResponse]:
    @require_POST
    @seller_page
    def press(visit: Visit, publication_id: uuid.UUID) -> HttpResponse:
        facts = access_publication(visit.seller_id, publication_id)
        where = reverse("publications")
        return carry_out(visit, lambda: deed_of(visit, facts), where) or HttpResponseRedirect(where)

    return press


def _publish_again(visit: Visit, facts: PublicationFacts) -> None:
    publish_product(
        seller_id=visit.seller_id,
        product_id=facts.product_id,
        instance_id=facts.instance_id,
        channel_id=facts.channel_id,
        channel_name=facts.channel_name,
        actor=visit.actor,
    )
    visit.say(_("The card in #%(channel)s is being written.") % {"channel": facts.channel_name})


def _withdraw(visit: Visit, facts: PublicationFacts) -> None:
    unpublish(seller_id=visit.seller_id, publication_id=facts.id, actor=visit.actor)
    visit.say(
        _("Card taken out of #%(channel)s.") % {"channel": facts.channel_name},
        detail=_("Open orders stay valid."),
        undo=reverse("publish_again", args=[facts.id]),
    )


publish_again = _press(_publish_again)
refresh = _press(_publish_again)
withdraw = _press(_withdraw)
