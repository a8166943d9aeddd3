"""The withdrawal policy of the installation."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from astra.core.foundation.failure import Failure
from astra.core.journey.wallet.actions.set_policy import set_policy
from astra.core.journey.wallet.queries import policy as policy_now
from astra.core.surfaces.backoffice.desk import actor_of, operator_page, show
from astra.core.surfaces.ui.fields import AmountField
from astra.core.surfaces.ui.toasts import say


class PolicyForm(forms.Form):
    """How long money waits, and what a withdrawal needs."""

    hold_days = forms.IntegerField(
        label=gettext_lazy("Days until a sale is free"),
        min_value=0,
        max_value=90,
        help_text=gettext_lazy("0: at once. PIX can be contested for 80 days; 7 or more is prudent."),
    )
    key_cooldown_hours = forms.IntegerField(label=gettext_lazy("Hours until a new PIX key can be used"), min_value=0, max_value=720)
    minimum_minor = AmountField(label=gettext_lazy("Least withdrawal"), min_minor=0)
    fee_minor = AmountField(label=gettext_lazy("Fee of a withdrawal"), min_minor=0)


@operator_page
def policy(request: HttpRequest) -> HttpResponse:
    """Shows and takes ``hold_days``, ``key_cooldown_hours``, ``minimum_minor`` and ``fee_minor``."""
    facts = policy_now()
    names = tuple(PolicyForm.base_fields)
    form = PolicyForm(request.POST or None, initial={name: getattr(facts, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            set_policy(actor=actor_of(request), **form.cleaned_data)
        except Failure as failure:
            form.add_error(None, str(failure.text))
        else:
            say(request, _("Policy saved."), detail=_("It holds for sales and withdrawals from now on."))
            return redirect("admin_policy")
    return show(request, "policy.html", "policy", form=form)
