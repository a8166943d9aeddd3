"""What each address of the portal asks of a role. An address that is not named here opens to nobody but owners, and a test fails."""

from dataclasses import dataclass

# Every member's own: his name, leaving, looking at the team he is in.
ANYBODY = ""


@dataclass(frozen=True, slots=True)
class Door:
    """The permission that seeing a page asks, and the one that sending its form asks (the same one when left out)."""

    see: str
    do: str | None = None

    def asks(self, method: str) -> str:
        """The permission that a request needs; ``ANYBODY`` for none."""
        return self.do if method == "POST" and self.do is not None else self.see


DOORS: dict[str, Door] = {
    "home": Door("see_shop"),
    "home_live": Door("see_shop"),
    "home_needs": Door("see_shop"),
    # The person's own name is in the same form as the shop's, which asks for edit_shop in the page.
    "account": Door(ANYBODY),
    "holder": Door("set_holder"),
    "letters": Door(ANYBODY),
    "leaving": Door("leave"),
    "ask_export": Door("leave"),
    "export_state": Door("leave"),
    "download_export": Door("leave"),
    "close_account": Door("leave"),
    "keep_account": Door("leave"),
    "plan": Door("see_plan"),
    "start_trial": Door("pay_plan"),
    "change_plan": Door("pay_plan"),
    "cancel_plan": Door("pay_plan"),
    "keep_plan": Door("pay_plan"),
    "plan_invoice": Door("see_plan"),
    "plan_invoice_state": Door("see_plan"),
    "new_plan_code": Door("pay_plan"),
    "plan_receipt": Door("see_plan"),
    "plan_receipt_pdf": Door("see_plan"),
    "start_plan_card": Door("pay_plan"),
    "drop_plan_card": Door("pay_plan"),
    "renew_plan_by": Door("pay_plan"),
    "plan_card": Door("pay_plan"),
    "plan_card_state": Door("pay_plan"),
    "instances": Door("see_shop"),
    "new_instance": Door("run_instance"),
    "instance": Door("see_shop"),
    "instance_state": Door("see_shop"),
    "start_instance": Door("run_instance"),
    "stop_instance": Door("run_instance"),
    "restart_instance": Door("run_instance"),
    "new_token": Door("run_instance"),
    "move_engine": Door("run_instance"),
    "archive_instance": Door("run_instance"),
    "instance_exam": Door("see_shop", "run_instance"),
    "instance_exam_steps": Door("see_shop"),
    "fix_step": Door("run_instance"),
    "instance_channels": Door("run_instance"),
    "instance_profile": Door("run_instance"),
    "instance_log": Door("run_instance"),
    "instance_log_lines": Door("run_instance"),
    "products": Door("see_shop"),
    "new_product": Door("edit_products"),
    "product": Door("see_shop", "edit_products"),
    "archive_product": Door("edit_products"),
    "restore_product": Door("edit_products"),
    "stock": Door("see_shop", "add_stock"),
    "coupons": Door("see_shop", "edit_products"),
    "switch_coupon": Door("edit_products"),
    "publications": Door("see_shop", "publish"),
    "publication_state": Door("see_shop"),
    "refresh_publication": Door("publish"),
    "publish_again": Door("publish"),
    "withdraw_publication": Door("publish"),
    "orders": Door("see_orders"),
    "order": Door("see_orders"),
    "deliveries": Door("see_orders"),
    "wallet": Door("see_money"),
    "payout_key": Door("set_payout_key"),
    "withdraw": Door("move_money"),
    "cancel_withdrawal": Door("move_money"),
    "team": Door("see_team"),
    "invite_member": Door("manage_team"),
    "resend_invitation": Door("manage_team"),
    "withdraw_invitation": Door("manage_team"),
    "leave_team": Door(ANYBODY),
    "member": Door("see_activity"),
    "change_role": Door("manage_team"),
    "remove_member": Door("manage_team"),
    "hand_over_shop": Door("hand_over_shop"),
}


def asked_by(name: str, method: str) -> str | None:
    """The permission that an address asks; ``ANYBODY`` for none, None for an address that nobody named."""
    door = DOORS.get(name)
    return door.asks(method) if door else None
