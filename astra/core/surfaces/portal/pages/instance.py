"""The seller's bots: connect, see how they are, start and stop, run them another way."""

import datetime
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.engines.engine import installed_engines
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.actions.archive_instance import archive_instance
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.actions.move_engine import move_engine
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.actions.start_instance import start_instance
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.queries import (
    InstanceFacts,
    answer_times,
    checkup,
    history,
    instances,
    invite_url,
    runtime_report,
    shop_channels,
    uptime,
)
from astra.core.journey.instances.reasons import explain
from astra.core.surfaces.portal.forms.instance import InstanceForm, TokenForm
from astra.core.surfaces.portal.pages.instance_exam import look_again, wrong_steps
from astra.core.surfaces.portal.step_up import step_up
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import ENGINES, instance_moment, instance_word
from astra.core.surfaces.ui.once import once

TOKEN_FAILURES = {
    "instance_token_not_accepted": "token",
    "instance_discord_unreachable": "token",
    "instance_application_taken": "token",
    "instance_application_connected": "token",
    "instance_other_application": "token",
    "instance_engine": "engine",
}
DEVELOPERS = "{site}/developers/applications"
# Under so few points the numbers say more than a line (docs/decisions/0007).
FEWEST_POINTS = 5
SETTLED = ("online", "stopped", "errored", "quarantined")


def _shown(facts: InstanceFacts) -> dict[str, Any]:
    return {
        "facts": facts,
        "word": instance_word(facts),
        "reason": explain(facts.reason, facts.seen_state),
        "engine": ENGINES.get(facts.engine, (facts.engine, ""))[0],
    }


def _every(facts: InstanceFacts, *, is_examined: bool) -> int:
    """After how many seconds the page looks again: soon while the bot moves or the doctor is on his way."""
    if facts.seen_state not in SETTLED or (facts.wanted_state == "stopped" and facts.seen_state != "stopped"):
        return 2
    return 2 if is_examined else 4


def _state(visit: Visit, facts: InstanceFacts) -> dict[str, Any]:
    """All of the page that changes by itself: the invite while it is needed, the state, what happened."""
    is_examined = look_again(visit, facts)
    moments = [(one, instance_moment(one)) for one in history(visit.seller_id, facts.id, 12)]
    seen = checkup(visit.seller_id, facts.id)
    return {
        **_shown(facts),
        "every": _every(facts, is_examined=is_examined),
        "invite": invite_url(facts),
        "moments": moments,
        "seen": seen,
        "wrong": wrong_steps(facts, seen),
        "has_channels": bool(shop_channels(visit.seller_id, facts.id)) or any(step.place for step in seen.steps),
        "latency_ms": runtime_report(visit.seller_id, facts.id).latency_ms if facts.engine != "none" else 0,
    }


def _charts(visit: Visit, facts: InstanceFacts) -> dict[str, Any]:
    """The day in two charts; under five points the numbers are written instead."""
    hours = uptime(visit.seller_id, facts.id)
    known = [share for _at, share in hours if share is not None]
    answers = answer_times(visit.seller_id, facts.id)
    return {
        "uptime_rows": [(at, None if share is None else round(share * 100, 1)) for at, share in hours],
        "uptime_is_drawn": len(known) >= FEWEST_POINTS,
        "uptime_share": round(sum(known) * 10_000 / len(known)) if known else None,
        "uptime_chart": _chart(
            [at for at, _share in hours],
            [(str(_("On air")), [None if share is None else round(share * 100, 2) for _at, share in hours])],
            unit="%",
            top=100,
            filled=True,
        ),
        "answer_rows": answers,
        "answers_are_drawn": len(answers) >= FEWEST_POINTS,
        "answer_count": sum(one.answers for one in answers),
        "answer_mean": round(sum(one.mean_ms * one.answers for one in answers) / sum(one.answers for one in answers)) if answers else None,
        "answer_chart": _chart(
            [one.begins_at for one in answers],
            [(str(_("Mean")), [one.mean_ms for one in answers]), (str(_("Slowest")), [one.worst_ms for one in answers])],
            unit=" ms",
        ),
    }


def _chart(times: list[datetime.datetime], series: list[tuple[str, list[Any]]], *, unit: str, **more: Any) -> str:
    """What ``ui/chart.js`` draws, with the zone in which the rest of the page tells the time."""
    zone = timezone.get_current_timezone_name()
    told = {
        "zone": zone,
        "x": [int(at.timestamp()) for at in times],
        "names": [name for name, _ in series],
        "series": [row for _, row in series],
    }
    return json.dumps({**told, "unit": unit, **more})


@seller_page
def instance_list(visit: Visit) -> HttpResponse:
    """The list; before the first one, the way to connect it; with one only, that one."""
    found = instances(visit.seller_id)
    limits = allowance(visit.seller_id)
    if len(found) == 1 and limits.max_instances <= 1:
        return redirect("instance", instance_id=found[0].id)
    return visit.page("instances.html", "instances", lines=[_shown(facts) for facts in found], limits=limits)


@seller_page
def new_instance(visit: Visit) -> HttpResponse:
    """Takes ``token``, ``name`` and ``engine``; the token is checked at Discord before anything is kept."""
    limits = allowance(visit.seller_id)
    if not limits.engines:
        visit.say(_("First start the trial."), detail=_("Then you can connect your bot."), tone="warn")
        return redirect("plan")
    engines = tuple(name for name in limits.engines if name in installed_engines())
    form = InstanceForm(visit.request.POST or None, engines=engines)
    made: list[uuid.UUID] = []
    if visit.request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        answer = _connect(visit, form, fields, made)
        if answer is not None:
            return answer
    choices = [(name, *ENGINES[name]) for name in engines if name in ENGINES]
    chosen = form["engine"].value() or form.fields["engine"].initial
    return visit.page(
        "instance_new.html",
        "instances",
        form=form,
        choices=choices,
        chosen=chosen,
        developers=DEVELOPERS.format(site=settings.ASTRA_DISCORD_SITE),
    )


def _connect(visit: Visit, form: InstanceForm, fields: dict[str, Any], made: list[uuid.UUID]) -> HttpResponse | None:
    from astra.core.foundation.failure import Failure

    try:
        with once(visit.request) as sending:
            instance_id = create_instance(
                seller_id=visit.seller_id, name=fields["name"], token=Secret(fields["token"]), engine=fields["engine"], actor=visit.actor
            )
            visit.say(_("Bot connected."), detail=_("Now add it to your server."))
            return HttpResponseRedirect(sending.leads_to(reverse("instance", args=[instance_id])))
    except Failure as failure:
        form.add_error(TOKEN_FAILURES.get(failure.label), str(failure.text))
        return None


@seller_page
def instance(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """One instance: how it is and why, invite, history, token."""
    facts = access_instance(visit.seller_id, instance_id)
    return _instance_page(visit, facts, TokenForm())


def _instance_page(visit: Visit, facts: InstanceFacts, form: TokenForm) -> HttpResponse:
    engines = [(name, *ENGINES[name]) for name in allowance(visit.seller_id).engines if name in ENGINES]
    return visit.page(
        "instance.html",
        "instances",
        tab="state",
        **_state(visit, facts),
        **_charts(visit, facts),
        form=form,
        engines=engines,
        engine_is_offered=facts.engine in [name for name, _title, _words in engines],
    )


@seller_page
def instance_state(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """The part of the page that refreshes itself."""
    facts = access_instance(visit.seller_id, instance_id)
    return visit.part("instance_state.html", **_state(visit, facts), **visit.shop_word())


def _press(action: Callable[..., None], text: Callable[[], str]) -> Callable[..., HttpResponse]:
    @require_POST
    @seller_page
    def press(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
        facts = access_instance(visit.seller_id, instance_id)

        def deed() -> None:
            action(seller_id=visit.seller_id, instance_id=facts.id, actor=visit.actor)
            visit.say(text())

        where = reverse("instance", args=[facts.id])
        return carry_out(visit, deed, where) or HttpResponseRedirect(where)

    return press


start = _press(start_instance, lambda: _("The bot is starting."))
stop = _press(stop_instance, lambda: _("The bot is stopping. Orders already paid are still delivered."))
restart = _press(restart_instance, lambda: _("The bot is starting again."))


@require_POST
@seller_page
def change_engine(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """Takes ``engine``: another way to run the bot, of those in the plan."""
    facts = access_instance(visit.seller_id, instance_id)
    engine = visit.request.POST.get("engine", "")[:16]
    where = reverse("instance", args=[facts.id])

    def deed() -> None:
        move_engine(seller_id=visit.seller_id, instance_id=facts.id, engine=engine, actor=visit.actor)
        visit.say(_("The bot moves. It is back in a moment."), detail=_("Clicks and orders are kept."))

    return carry_out(visit, deed, where) or HttpResponseRedirect(where)


@require_POST
@seller_page
@step_up(back="instance", at="part", first=access_instance)
def archive(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """Parts with a bot: it stops, and its place in the plan is free."""
    facts = access_instance(visit.seller_id, instance_id)
    where = reverse("instances")

    def deed() -> None:
        archive_instance(seller_id=visit.seller_id, instance_id=facts.id, actor=visit.actor)
        visit.say(
            _("%(name)s is gone, and its place in your plan is free.") % {"name": facts.name}, detail=_("Orders and products are kept.")
        )

    return carry_out(visit, deed, where) or HttpResponseRedirect(where)


@require_POST
@seller_page
@step_up(back="instance", at="token", then=gettext_lazy("Then paste the token once more: no copy of it was kept."), first=access_instance)
def new_token(visit: Visit, instance_id: uuid.UUID) -> HttpResponse:
    """Takes ``token``: another token of the same bot."""
    facts = access_instance(visit.seller_id, instance_id)
    form = TokenForm(visit.request.POST)
    where = reverse("instance", args=[facts.id])
    if form.is_valid():

        def deed() -> None:
            token = Secret(form.cleaned_data["token"])
            if change_token(seller_id=visit.seller_id, instance_id=facts.id, token=token, actor=visit.actor):
                visit.say(_("Token changed."))
            else:
                visit.say(_("This is the token that the bot runs with."), detail=_("Discord accepts it. The bot goes on; nothing changed."))

        answer = carry_out(visit, deed, where, form, TOKEN_FAILURES)
        if answer is not None:
            return answer
    return _instance_page(visit, facts, form)
