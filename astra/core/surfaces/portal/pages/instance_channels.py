"""Where the shop is: the bot's server and the channels it sells in."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from astra.core.integrations.discord.failures import DiscordFailure
from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.actions.choose_channels import MOST_CHANNELS, choose_channels
from astra.core.journey.instances.queries import InstanceFacts, guild_channels, invite_url, shop_channels
from astra.core.surfaces.portal.pages.publication import Channels
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.ui.choices import offer_choices


class ChannelsForm(forms.Form):
    """One server, some of its channels."""

    guild_id = forms.ChoiceField(label=gettext_lazy("Server"), widget=forms.RadioSelect)
    channels = forms.MultipleChoiceField(label=gettext_lazy("Channels of the shop"), widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(self, *args: Any, found: Channels, **options: Any) -> None:
        super().__init__(*args, **options)
        guilds = {guild_id: name for guild_id, name, _channel, _name in found}
        offer_choices(self, "guild_id", list(guilds.items()))
        offer_choices(self, "channels", [(channel, f"#{name}") for _guild, _name, channel, name in found])

    def clean_channels(self) -> list[str]:
        """Only channels of the chosen server count: the others of the page were left ticked."""
        wanted: list[str] = self.cleaned_data["channels"]
        if len(wanted) > MOST_CHANNELS:
            raise forms.ValidationError(_("Choose at most %(most)s channels.") % {"most": MOST_CHANNELS})
        return wanted


@seller_page
def instance_channels(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """Takes ``guild_id`` and ``channels``."""
    facts = access_instance(visit.seller_id, instance_id)
    found, problem = _found(visit, facts)
    chosen = [key for key, _name in shop_channels(visit.seller_id, facts.id)]
    first = {"guild_id": facts.guild_id or (found[0][0] if found else ""), "channels": chosen}
    form = ChannelsForm(visit.request.POST or None, found=found, initial=first)
    if visit.request.method == "POST" and form.is_valid():
        guild_id = form.cleaned_data["guild_id"]
        there = {channel for guild, _name, channel, _channel_name in found if guild == guild_id}
        wanted = [key for key in form.cleaned_data["channels"] if key in there]

        def deed() -> None:
            choose_channels(seller_id=visit.seller_id, instance_id=facts.id, guild_id=guild_id, channel_ids=wanted, actor=visit.actor)
            visit.say(_("Channels chosen."), detail=_("The doctor looks at them now."))

        answer = carry_out(visit, deed, reverse("instance_exam", args=[facts.id]), form)
        if answer is not None:
            return answer
    return visit.page(
        "instance_channels.html",
        "instances",
        tab="channels",
        facts=facts,
        form=form,
        guilds=_grouped(found),
        chosen=set(form["channels"].value() or []),
        home=form["guild_id"].value(),
        problem=problem,
        invite=invite_url(facts),
    )


def _found(visit: Visit, facts: InstanceFacts) -> tuple[Channels, bool]:
    try:
        return guild_channels(visit.seller_id, facts.id), False
    except DiscordFailure:
        return [], True


def _grouped(found: Channels) -> list[tuple[str, str, list[tuple[str, str]]]]:
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for guild_id, guild, channel_id, channel in found:
        groups.setdefault(guild_id, (guild, []))[1].append((channel_id, channel))
    return [(guild_id, name, channels) for guild_id, (name, channels) in groups.items()]
