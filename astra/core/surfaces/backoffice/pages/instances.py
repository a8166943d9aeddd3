"""Every seller's instances: by state and reason, what is wrong with them, and the operator's hand on one."""

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from astra.core.integrations.engines.engine import ADAPTERS
from astra.core.journey.accounts.queries import seller_names
from astra.core.journey.instances.access import access_any_instance
from astra.core.journey.instances.actions.ask_doctor import ask_doctor
from astra.core.journey.instances.actions.choose_channel import choose_channel
from astra.core.journey.instances.actions.move_engine import move_engine
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.actions.start_instance import start_instance
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.doctor.words import told
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import (
    TOKEN_INVALID,
    InstanceFacts,
    checkup,
    history,
    instances_of_everybody,
    open_findings_of_everybody,
    runtime_report,
    starts_lately,
)
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.reasons import explain, known_reasons
from astra.core.journey.instances.release import RolloutProgress, rollout_progress
from astra.core.surfaces.backoffice.desk import actor_of, carry_out, operator_page, show
from astra.core.surfaces.backoffice.diagnostics import diagnoses
from astra.core.surfaces.backoffice.words import ENGINES, REASONS, seen_word, step_word, transition_text
from astra.core.surfaces.ui.choices import offer_choices
from astra.core.surfaces.ui.log_line import log_lines

SHOWN = 100
# Who looks at one bot has the doctor look too, this often at the most.
LOOK_SECONDS = 8
LINES = 24


class FilterForm(forms.Form):
    """What the list is narrowed to; unknown words show everything."""

    q = forms.CharField(label=gettext_lazy("Bot, shop or application"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    engine = forms.ChoiceField(label=gettext_lazy("Engine"), required=False)


@operator_page
def instance_list(request: HttpRequest) -> HttpResponse:
    """All instances and what is wrong, which refreshes itself; ``q``, ``state``, ``reason`` and ``engine`` narrow the list."""
    rollout = rollout_progress()
    shops, bots, found = seller_names(), instances_of_everybody(), open_findings_of_everybody()
    reasons: dict[uuid.UUID, set[str]] = {one.id: {one.reason} - {""} for one in bots}
    for finding in found:
        if finding.instance_id in reasons:
            reasons[finding.instance_id].add(finding.step.reason)
    form = FilterForm(request.GET)
    all_reasons = Counter(word for words in reasons.values() for word in words)
    _choices(form, "state", [(state, str(seen_word(state).text)) for state, _label in Instance.SEEN])
    _choices(form, "reason", [(word, f"{_reason_text(word)} ({count})") for word, count in all_reasons.most_common()])
    _choices(form, "engine", [(name, str(ENGINES.get(name, name))) for name in ADAPTERS])
    wanted = form.cleaned_data if form.is_valid() else {}
    kept = [one for one in bots if _fits(one, shops.get(one.seller_id, ""), reasons[one.id], wanted)]
    lines = [
        (one, shops.get(one.seller_id, ""), seen_word(one.seen_state), _why(one, found), ENGINES.get(one.engine, one.engine))
        for one in kept
    ]
    return show(
        request,
        *_whole_or_live(request, "instances"),
        form=form,
        lines=lines[:SHOWN],
        total=len(bots),
        count=len(kept),
        is_narrowed=any(wanted.values()),
        states=[(state, seen_word(state), count) for state, count in Counter(one.seen_state for one in bots).most_common()],
        rollout=rollout,
        why_halted=_why_halted(rollout),
        diagnoses=diagnoses(bots, found, shops, real_instant())[:SHOWN],
    )


def _choices(form: FilterForm, name: str, words: list[tuple[str, str]]) -> None:
    offer_choices(form, name, [("", _("all")), *words])


def _fits(one: InstanceFacts, shop: str, reasons: set[str], wanted: dict[str, str]) -> bool:
    text = f"{one.name} {one.bot_name} {shop} {one.application_id} {one.id} {one.guild_name}".lower()
    return (
        wanted.get("q", "").strip().lower() in text
        and wanted.get("state", "") in ("", one.seen_state)
        and wanted.get("engine", "") in ("", one.engine)
        and (not wanted.get("reason") or wanted["reason"] in reasons)
    )


def _reason_text(word: str) -> str:
    return str(REASONS.get(word, word))


def _why_halted(rollout: RolloutProgress | None) -> list[str]:
    """Why a version was halted: what its bots failed with, or the operator's own words."""
    words = rollout.reason.split(", ") if rollout and rollout.state == "halted" else []
    return [str(said.happened) if word in known_reasons() and (said := explain(word)) else word for word in words]


def _why(one: InstanceFacts, found: list[Any]) -> list[str]:
    """What is wrong with a bot, in words: its own reason, then what the doctor found."""
    said = explain(one.reason, one.seen_state)
    words = [str(said.happened)] if said else []
    return words + [str(told(row.step, one.bot_name).happened) for row in found if row.instance_id == one.id and row.step.step != "run"][:3]


def _whole_or_live(request: HttpRequest, name: str) -> tuple[str, str]:
    """The template of the page, or of the parts of it that refresh themselves; and the navigation's item."""
    is_part = request.headers.get("HX-Request") == "true"
    return f"{name}_live.html" if is_part else f"{name}.html", "instances"


@operator_page
def instance(request: HttpRequest, instance_id: uuid.UUID) -> HttpResponse:
    """One instance: state, reason, examination, limits, history, log, and what may be done. All but the forms refreshes itself."""
    facts = access_any_instance(instance_id)
    if facts.wanted_state == "running" and facts.reason != TOKEN_INVALID:
        ask_doctor(seller_id=facts.seller_id, instance_id=facts.id, every_seconds=LOOK_SECONDS)
    seen, report = checkup(facts.seller_id, facts.id), runtime_report(facts.seller_id, facts.id)
    return show(
        request,
        *_whole_or_live(request, "instance"),
        facts=facts,
        shop=seller_names().get(facts.seller_id, ""),
        word=seen_word(facts.seen_state),
        reason=explain(facts.reason, facts.seen_state),
        engine=ENGINES.get(facts.engine, facts.engine),
        engines=[(name, ENGINES.get(name, name)) for name in ADAPTERS if name != facts.engine],
        seen=seen,
        steps=[(step, told(step, facts.bot_name), step_word(step)) for step in seen.wrong if step.step != "token"],
        limits=starts_lately(facts.seller_id, facts.id),
        moments=[(one, transition_text(one.event), explain(one.reason, one.to_state)) for one in history(facts.seller_id, facts.id, 20)],
        report=report,
        lines=list(reversed(log_lines(report.lines)))[:LINES],
    )


def _deed(done: Callable[[], str], deed: Callable[[HttpRequest, InstanceFacts, str], None]) -> Callable[..., HttpResponse]:
    """A button of the operator's: takes ``reason`` (POST), does the deed, goes back to the instance."""

    @require_POST
    @operator_page
    def press(request: HttpRequest, instance_id: uuid.UUID) -> HttpResponse:
        facts = access_any_instance(instance_id)
        return carry_out(request, lambda reason: deed(request, facts, reason), done(), reverse("admin_instance", args=[facts.id]))

    return press


def _restart(request: HttpRequest, facts: InstanceFacts, reason: str) -> None:
    restart_instance(seller_id=facts.seller_id, instance_id=facts.id, actor=actor_of(request), reason=reason)


def _start(request: HttpRequest, facts: InstanceFacts, reason: str) -> None:
    start_instance(seller_id=facts.seller_id, instance_id=facts.id, actor=actor_of(request), reason=reason)


def _stop(request: HttpRequest, facts: InstanceFacts, reason: str) -> None:
    stop_instance(seller_id=facts.seller_id, instance_id=facts.id, actor=actor_of(request), reason=reason)


def _move(request: HttpRequest, facts: InstanceFacts, reason: str) -> None:
    engine = request.POST.get("engine", "")[:16]
    move_engine(seller_id=facts.seller_id, instance_id=facts.id, engine=engine, actor=actor_of(request), reason=reason, is_operator=True)


def _channel(request: HttpRequest, facts: InstanceFacts, reason: str) -> None:
    channel = "stable" if facts.release_channel == "early" else "early"
    choose_channel(instance_id=facts.id, channel=channel, actor=actor_of(request), reason=reason)


channel = _deed(lambda: _("Changed. It counts from the next version on."), _channel)
restart = _deed(lambda: _("Restarted. The reason is kept in the audit."), _restart)
release = _deed(lambda: _("Released: it starts again, and its earlier failures are forgiven."), _start)
stop = _deed(lambda: _("Stopped. What was paid is still delivered."), _stop)
move = _deed(lambda: _("Moved. The old copy is ended as soon as it is seen."), _move)
