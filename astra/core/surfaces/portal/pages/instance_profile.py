"""How the bot looks at Discord, applied by its API."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.actions.change_profile import (
    LARGEST_PICTURE,
    LONGEST_ABOUT,
    NOT_A_PICTURE,
    Profile,
    ProfileRefused,
    change_profile,
)
from astra.core.journey.instances.actions.set_accent import USUAL_ACCENT, set_accent
from astra.core.journey.instances.actions.set_presence import LONGEST_PRESENCE, set_presence
from astra.core.journey.instances.queries import InstanceFacts
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page


class ProfileForm(forms.Form):
    """What people see of the bot. What stays empty is left as it is."""

    name = forms.CharField(
        label=gettext_lazy("Bot's name"), min_length=2, max_length=32, help_text=gettext_lazy("Discord lets it change twice an hour.")
    )
    presence = forms.CharField(
        label=gettext_lazy("Text below the name"),
        max_length=LONGEST_PRESENCE,
        required=False,
        help_text=gettext_lazy("Shown while the bot is online. Empty: the instance's name."),
    )
    about = forms.CharField(
        label=gettext_lazy("About the bot"),
        max_length=LONGEST_ABOUT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What its profile says in your server. Empty: as it is."),
    )
    accent = forms.RegexField(
        r"\A#[0-9a-fA-F]{6}\Z",
        label=gettext_lazy("Colour of the messages"),
        required=False,
        widget=forms.ColorInput(attrs={"class": "form-control-color"}),
        help_text=gettext_lazy(
            "The edge of the bot's cards, carts and payments. Green, orange and red stay for what went well, waits or went wrong."
        ),
        error_messages={"invalid": gettext_lazy("A colour is # and six digits, as #0F7D90.")},
    )
    avatar = forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif"}),
        help_text=gettext_lazy("Square, PNG, JPEG or GIF, at most 2 MB. Without a file it stays as it is."),
    )
    banner = forms.FileField(
        label=gettext_lazy("Banner"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/gif"}),
        help_text=gettext_lazy("Wide, about 680 × 240, at most 2 MB. Without a file it stays as it is."),
    )

    def clean(self) -> dict[str, Any]:
        """Files beyond the bound are refused before they are read."""
        given = super().clean() or {}
        for field in ("avatar", "banner"):
            if (file := given.get(field)) and file.size > LARGEST_PICTURE:
                self.add_error(field, NOT_A_PICTURE)
        return given


@seller_page
def instance_profile(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """Takes ``name``, ``presence``, ``about``, ``avatar`` and ``banner``, of which only what differs is sent to Discord; ``accent``
    (#RRGGBB), and ``usual_colour`` to take it back."""
    facts = access_instance(visit.seller_id, instance_id)
    request = visit.request
    first = {"name": facts.bot_name, "presence": facts.presence_text, "accent": _shown(facts.accent)}
    form = ProfileForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        where = reverse("instance_profile", args=[facts.id])
        refused: dict[str, str] = {}
        answer = carry_out(visit, lambda: _apply(visit, facts, form, refused), where, form, refused)
        if answer is not None:
            return answer
    return visit.page("instance_profile.html", "instances", tab="profile", facts=facts, form=form, has_own_colour=facts.accent is not None)


def _apply(visit: Visit, facts: InstanceFacts, form: ProfileForm, refused: dict[str, str]) -> None:
    """``refused`` takes the field that Discord did not take: the error belongs beside it."""
    given = form.cleaned_data
    set_presence(seller_id=visit.seller_id, instance_id=facts.id, text=given["presence"], actor=visit.actor)
    accent = int(given["accent"][1:], 16) if given["accent"] else facts.accent
    if "usual_colour" in visit.request.POST:
        accent = None
    set_accent(seller_id=visit.seller_id, instance_id=facts.id, accent=accent, actor=visit.actor)
    profile = Profile(
        name=given["name"] if given["name"] != facts.bot_name else None,
        about=given["about"] or None,
        avatar=given["avatar"].read() if given["avatar"] else None,
        banner=given["banner"].read() if given["banner"] else None,
    )
    if profile != Profile():
        try:
            change_profile(seller_id=visit.seller_id, instance_id=facts.id, profile=profile, actor=visit.actor)
        except ProfileRefused as failure:
            refused[failure.label] = failure.field
            raise
    visit.say(_("Profile changed."), detail=_("Discord shows it within a minute."))


def _shown(accent: int | None) -> str:
    return f"#{USUAL_ACCENT if accent is None else accent:06x}"
