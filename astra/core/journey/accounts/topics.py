"""What letters are about: what a person may leave out, and what nobody may."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a letter is about."""

    SECURITY = "security", _("Security")
    ACCOUNT = "account", _("Account")
    PLAN = "plan", _("Plan")
    SHOP = "shop", _("Shop and bot")
    WALLET = "wallet", _("Wallet")
    TEAM = "team", _("Team")


# Who does not read these may lose the account, or data that cannot be brought back.
ALWAYS = (Topic.SECURITY, Topic.ACCOUNT)

WHAT_IT_IS: "dict[str, str | Promise]" = {
    Topic.SECURITY: _("Sign-in, password, second factor, PIX key. These are always sent."),
    Topic.ACCOUNT: _("Your data, its export, the end of the account. These are always sent."),
    Topic.PLAN: _("Renewals, PIX codes to pay, what a missed payment changes."),
    Topic.SHOP: _("A bot that needs you: token refused, no permission, out of the server."),
    Topic.WALLET: _("Withdrawals asked for, paid, sent back or refused."),
    Topic.TEAM: _("Who comes into the team and who leaves it."),
}
