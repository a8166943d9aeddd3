"""The words of the letters to a seller who is leaving, in the language in force."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from astra.core.journey.accounts.letter import Letter, moment_words


def asked_letter(shop: str, due_at: datetime.datetime) -> Letter:
    """Said at once, so that whoever did not ask for it can undo it."""
    said = {"shop": shop, "day": moment_words(due_at)}
    return Letter(
        _("Your account will be deleted on %(day)s") % said,
        [
            _("The end of your account and of %(shop)s was asked for. The shop takes no new orders from now on.") % said,
            _(
                "Until %(day)s you can undo it, and everything is as before. After that your bots stop, the cards "
                "leave Discord, and your data"
                " is removed for good."
            )
            % said,
        ],
        button=_("See it or undo it"),
        where=reverse("leaving"),
        foot=_("It was not you? Undo it and change your password at once: somebody is in your account."),
    )


def undone_letter(shop: str) -> Letter:
    """The seller stays."""
    return Letter(
        _("Your account stays"),
        [_("The end of your account was undone. %(shop)s sells again as its plan allows; nothing was lost.") % {"shop": shop}],
        button=_("Open the shop"),
        where=reverse("home"),
    )


def waiting_letter(shop: str, why: str) -> Letter:
    """The day came, and something is in the way."""
    return Letter(
        _("Your account could not be deleted yet"),
        [
            _("The day for deleting your account came, but something has to be finished first. Nothing was deleted."),
            why,
            _("We look again every hour; when it is finished, your account is deleted by itself."),
        ],
        button=_("See what is missing"),
        where=reverse("leaving"),
    )


def erased_letter(shop: str) -> Letter:
    """The last one."""
    return Letter(
        _("Your account was deleted"),
        [
            _(
                "Your data at %(shop)s was removed: names, addresses, documents, keys, stock. What was sealed "
                "cannot be opened by anybody any more."
            )
            % {"shop": shop},
            _(
                "What the law obliges us to keep, we keep: amounts, dates and numbers of sales, withdrawals and "
                "invoices, and who did what when."
            ),
            _("You can sign up again with this address whenever you like."),
        ],
        foot=_("This is the last e-mail that you get from us."),
    )
