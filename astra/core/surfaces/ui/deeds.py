"""What was done, in words: the audit's verbs as the team and the operator read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_DEEDS: dict[str, "str | Promise"] = {
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
    "accept_parked": _("took a payment that did not fit"),
    "close_lost_payout": _("closed a payout that was lost"),
    "resend_delivery": _("sent a delivery again"),
    "invite_member": _("invited somebody into the team"),
    "resend_invitation": _("sent an invitation again"),
    "withdraw_invitation": _("took an invitation back"),
    "decline_invitation": _("turned an invitation down"),
    "join_team": _("came into the team"),
    "change_role": _("changed a member's role"),
    "remove_member": _("removed a member"),
    "leave_team": _("left the team"),
    "hand_over_shop": _("handed the shop over"),
}


def deed_text(verb: str) -> "str | Promise":
    """What was done; a verb without words is shown as it is (a test finds those of the code)."""
    return _DEEDS.get(verb, verb)
