"""The plans of the installation: what they cost and allow. New terms are a new version; who has a plan keeps its terms."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import Failure
from astra.core.journey.billing.actions.define_plan import define_plan
from astra.core.journey.billing.actions.set_policy import set_policy
from astra.core.journey.billing.queries import archive_days, defined_plans
from astra.core.surfaces.backoffice.desk import actor_of, operator_page, show
from astra.core.surfaces.backoffice.words import plan_text
from astra.core.surfaces.ui.fields import AmountField
from astra.core.surfaces.ui.toasts import say

ENGINES = (
    ("none", gettext_lazy("Without a process")),
    ("local", gettext_lazy("On this machine")),
    ("docker", gettext_lazy("In a container of its own")),
    ("pool", gettext_lazy("In a shared process")),
    ("kubernetes", gettext_lazy("In the cluster")),
)


class PlanForm(forms.Form):
    """The terms of a plan."""

    code = forms.SlugField(
        label=gettext_lazy("Code"), max_length=32, help_text=gettext_lazy("Small letters, digits and hyphens. It never changes.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    period = forms.ChoiceField(label=gettext_lazy("Paid every"), choices=(("month", gettext_lazy("month")), ("year", gettext_lazy("year"))))
    price_minor = AmountField(label=gettext_lazy("Price"))
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=90)
    fee_basis_points = forms.IntegerField(
        label=gettext_lazy("Fee of each sale, in hundredths of a percent"),
        min_value=0,
        max_value=10_000,
        help_text=gettext_lazy("150 is 1.5%."),
    )
    max_instances = forms.IntegerField(label=gettext_lazy("Instances"), min_value=1, max_value=1000)
    max_products = forms.IntegerField(label=gettext_lazy("Products"), min_value=1, max_value=100_000)
    max_members = forms.IntegerField(label=gettext_lazy("People in the team"), min_value=1, max_value=1000)
    engines = forms.MultipleChoiceField(
        label=gettext_lazy("Ways to run the bot"), choices=ENGINES, widget=forms.SelectMultiple(attrs={"size": len(ENGINES)})
    )
    is_hidden = forms.BooleanField(label=gettext_lazy("Hidden: nobody new can choose it"), required=False)

    def __init__(self, *data: Any, trial: bool, known: bool, **options: Any) -> None:
        super().__init__(*data, **options)
        for name in ("period", "price_minor") if trial else ("days",):
            del self.fields[name]
        if known:
            del self.fields["code"]


class ArchiveForm(forms.Form):
    """When a shop that is not paid is put away."""

    archive_days = forms.IntegerField(
        label=gettext_lazy("Days of suspension until a shop is archived"),
        help_text=gettext_lazy("A letter tells of it a week before, and its owners get a copy of all data. Nothing is deleted."),
    )


@operator_page
def plan_list(request: HttpRequest) -> HttpResponse:
    """Every plan in its present version, the trial and hidden ones too."""
    return _listed(request, ArchiveForm(initial={"archive_days": archive_days()}))


@require_POST
@operator_page
def archive_policy(request: HttpRequest) -> HttpResponse:
    """Takes ``archive_days``: after how many days of suspension a shop is archived."""
    form = ArchiveForm(request.POST)
    if form.is_valid():
        try:
            set_policy(archive_days=form.cleaned_data["archive_days"], actor=actor_of(request))
        except Failure as failure:
            form.add_error("archive_days", str(failure.text))
        else:
            say(request, _("Policy saved."), detail=_("It holds for shops that are suspended already, too."))
            return redirect("admin_plans")
    return _listed(request, form)


def _listed(request: HttpRequest, form: ArchiveForm) -> HttpResponse:
    return show(request, "plans.html", "plans", plans=[(one, plan_text(one.name)) for one in defined_plans()], form=form)


@operator_page
def plan_terms(request: HttpRequest) -> HttpResponse:
    """Takes the terms of the plan named by ``code`` in the address, or of a new one without it."""
    code = request.GET.get("code", "")
    found = next((one for one in defined_plans() if one.code == code), None)
    if code and found is None:
        raise Http404
    initial = {name: getattr(found, name) for name in PlanForm.base_fields} if found else {"engines": ["none", "local"]}
    is_trial = found is not None and found.period == "trial"
    form = PlanForm(request.POST or None, initial=initial, trial=is_trial, known=found is not None)
    if request.method == "POST" and form.is_valid():
        terms = {"code": code, "period": "trial", "price_minor": 0, "days": 0, **form.cleaned_data}
        try:
            define_plan(**terms, is_new=found is None)
        except Failure as failure:
            form.add_error(None, str(failure.text))
        else:
            say(request, _("Plan saved."), detail=_("Who has this plan keeps the earlier terms."))
            return redirect("admin_plans")
    return show(request, "plan_terms.html", "plans", form=form, plan=found, title=plan_text(found.name) if found else _("New plan"))
