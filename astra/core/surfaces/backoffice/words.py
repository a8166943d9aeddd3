"""States in the operator's words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Word:
    """A state as people read it, with its tone (ok, warn, bad, live or empty)."""

    text: "str | Promise"
    tone: str = ""


_SEEN = {
    "draft": Word(_("not connected")),
    "configured": Word(_("getting ready"), "live"),
    "starting": Word(_("starting"), "live"),
    "online": Word(_("on air"), "ok"),
    "degraded": Word(_("unstable"), "warn"),
    "errored": Word(_("with an error"), "bad"),
    "backoff": Word(_("trying again"), "warn"),
    "quarantined": Word(_("in quarantine"), "bad"),
    "stopped": Word(_("stopped")),
}
# What was done, as the audit says it. A verb without words is shown as it is: the operator knows the code's names.
_VERBS: dict[str, "str | Promise"] = {
    "open_seller": _("opened the shop"),
    "rename_seller": _("renamed the shop"),
    "suspend_seller": _("suspended the seller"),
    "resume_seller": _("resumed the seller"),
    "start_trial": _("started the trial"),
    "choose_plan": _("chose a plan"),
    "change_plan": _("changed the plan"),
    "cancel_plan": _("asked to leave the plan"),
    "keep_plan": _("kept the plan"),
    "create_instance": _("connected a bot"),
    "start_instance": _("started a bot"),
    "stop_instance": _("stopped a bot"),
    "restart_instance": _("restarted a bot"),
    "change_token": _("changed a bot's token"),
    "archive_instance": _("archived a bot"),
    "set_presence": _("changed a bot's presence"),
    "create_product": _("made a product"),
    "change_product": _("changed a product"),
    "set_no_stock": _("changed what happens without stock"),
    "archive_product": _("archived a product"),
    "restore_product": _("put a product back on sale"),
    "import_stock": _("added stock"),
    "open_item": _("opened an item for its buyer"),
    "mark_invalid": _("marked an item as bad"),
    "create_coupon": _("made a coupon"),
    "switch_coupon": _("switched a coupon"),
    "publish_product": _("published a card"),
    "unpublish": _("took a card out"),
    "register_payout_key": _("registered a PIX key"),
    "request_withdrawal": _("asked for a withdrawal"),
    "cancel_withdrawal": _("cancelled a withdrawal"),
    "approve_withdrawal": _("approved a withdrawal"),
    "reject_withdrawal": _("refused a withdrawal"),
    "set_policy": _("changed the withdrawal policy"),
}
_ACTORS: dict[str, "str | Promise"] = {
    "member": _("team"),
    "buyer": _("buyer"),
    "operator": _("operator"),
    "provider": _("payment provider"),
    "system": "AstraSystems",
}


def seen_word(state: str) -> Word:
    """How an instance's seen state is called."""
    return _SEEN.get(state, Word(state))


def verb_text(verb: str) -> "str | Promise":
    """What was done."""
    return _VERBS.get(verb, verb)


def actor_text(kind: str) -> "str | Promise":
    """Who did it."""
    return _ACTORS.get(kind, kind)


def plan_text(name: str) -> "str | Promise":
    """How a plan is called."""
    return _("Trial") if name == "Trial" else name
