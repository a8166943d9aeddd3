"""Who may do what in a seller's team: the one table. docs/reference/permissions.md is made from it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure

OWNER, MANAGER, STOCK, SUPPORT, FINANCE, READ_ONLY = "owner", "manager", "stock", "support", "finance", "read_only"
ROLES = (OWNER, MANAGER, STOCK, SUPPORT, FINANCE, READ_ONLY)

ROLE_WORDS: dict[str, tuple["str | Promise", "str | Promise"]] = {
    OWNER: (_("Owner"), _("Everything: the money's way out, the plan and the team too.")),
    MANAGER: (_("Manager"), _("Runs the shop and the team, sees the money and moves none.")),
    STOCK: (_("Stock"), _("Fills the stock. Sees no buyer and no money.")),
    SUPPORT: (_("Support"), _("Looks after buyers: orders and deliveries.")),
    FINANCE: (_("Finance"), _("The wallet, withdrawals and the plan.")),
    READ_ONLY: (_("Read only"), _("Sees everything but the team's activity, changes nothing.")),
}


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that a role may do: in words that follow "may", and the roles that have it."""

    words: "str | Promise"
    roles: tuple[str, ...]


PERMISSIONS: dict[str, Permission] = {
    "see_shop": Permission(_("see the start page, instances, products, stock counts, coupons and publications"), ROLES),
    "see_orders": Permission(_("see orders, buyers and deliveries"), (OWNER, MANAGER, SUPPORT, FINANCE, READ_ONLY)),
    "see_money": Permission(_("see what was sold, the wallet and its statement"), (OWNER, MANAGER, FINANCE, READ_ONLY)),
    "see_plan": Permission(_("see the plan and its invoices"), (OWNER, MANAGER, FINANCE, READ_ONLY)),
    "see_team": Permission(_("see who is in the team"), ROLES),
    "see_activity": Permission(_("see what each member did"), (OWNER, MANAGER)),
    "add_stock": Permission(_("add stock"), (OWNER, MANAGER, STOCK)),
    "edit_products": Permission(_("make and change products, prices and coupons"), (OWNER, MANAGER)),
    "publish": Permission(_("publish cards and take them out"), (OWNER, MANAGER)),
    "run_instance": Permission(_("connect a bot, start and stop it, change its token"), (OWNER, MANAGER)),
    "edit_shop": Permission(_("change the shop's name and settings"), (OWNER, MANAGER)),
    "manage_team": Permission(_("invite people, and change or remove roles below one's own"), (OWNER, MANAGER)),
    "pay_plan": Permission(_("choose, pay and leave the plan"), (OWNER, FINANCE)),
    "move_money": Permission(_("withdraw to the registered PIX key"), (OWNER, FINANCE)),
    "set_payout_key": Permission(_("register and change the PIX key"), (OWNER,)),
    "hand_over_shop": Permission(_("hand the shop over to another member"), (OWNER,)),
    "set_holder": Permission(_("say who the legal holder of the shop is"), (OWNER,)),
    "leave": Permission(_("take the shop's data along, and end the account"), (OWNER,)),
}


class NotAllowed(Failure):
    """A member asked for what the role does not have."""

    text = _("Your role may not do this. Nothing was changed.")
    label = "not_allowed"


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do; an unknown role may do nothing."""
    return frozenset(name for name, one in PERMISSIONS.items() if role in one.roles)


def role_text(role: str) -> "str | Promise":
    """How a role is called on screens."""
    return ROLE_WORDS[role][0] if role in ROLE_WORDS else role


def governs(mine: str, other: str) -> bool:
    """Whether who has one role may give, change or take away another.

    Owners govern everybody. Others govern roles that may do strictly less than their own: nobody gives what he does not have,
    so a manager who moves no money makes nobody who does.
    """
    if mine == OWNER:
        return other in ROLES
    return "manage_team" in permissions_of(mine) and other in ROLES and permissions_of(other) < permissions_of(mine)


def roles_given_by(mine: str) -> tuple[str, ...]:
    """The roles that who has one may give, the strongest first."""
    return tuple(role for role in ROLES if governs(mine, role))
