"""Every address that takes a form is called sensitive or not, and the sensitive ones ask again who is there."""

import inspect
import re
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.urls import URLPattern, reverse

from astra.core.journey.accounts.models import User
from tests.architecture.test_routes import addresses, filled
from tests.support.cast import PASSWORD

# Machines come in by these, each with a signature or credential of its own.
MACHINES = re.compile(r"^(webhooks/|discord/|runtime/|healthz|readyz|metrics)")

# By the decorator step_up: money out, where it goes, what speaks as the seller at Discord, all data, the end of it or of a bot.
SELLERS = {"withdraw", "payout_key", "new_token", "ask_export", "download_export", "close_account", "holder", "archive_instance"}
# Who else may do all that, and whose the shop is.
SELLERS |= {"invite_member", "change_role", "hand_over_shop"}
# By confirmed_first: ways into the account. Allauth asks too, but not whoever has only Discord.
WAYS_IN = {
    "account_email", "account_set_password", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes",
    "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "link_discord", "socialaccount_connections",
}  # fmt: skip
SENSITIVE = SELLERS | WAYS_IN
NOT_SENSITIVE = {
    # coming in, going out, proving who one is: each asks for a secret of its own or needs none
    "account_login", "account_signup", "account_logout", "account_reauthenticate", "account_confirm_email", "account_reset_password",
    "account_reset_password_from_key", "account_change_password", "mfa_authenticate", "mfa_reauthenticate",
    "discord_login", "discord_reauthenticate", "socialaccount_signup", "mfa_login_webauthn", "mfa_reauthenticate_webauthn",
    "account_confirm_login_code", "account_email_verification_sent", "account_inactive", "account_reset_password_done", "account_reset_password_from_key_done",
    # less access, never more
    "end_session", "end_other_sessions", "cancel_withdrawal", "keep_account", "withdraw_invitation", "remove_member", "leave_team", "decline_invitation",
    # into a team: by a letter to a confirmed address, or for who was invited; the link before is dead when another goes out
    "invitation", "accept_invitation", "resend_invitation", "choose_shop",
    # the shop's daily work: no money leaves, nothing secret is shown
    "open_shop", "account", "letters", "start_trial", "new_instance", "start_instance", "stop_instance", "restart_instance", "new_product", "product",
    "archive_product", "restore_product", "stock", "coupons", "switch_coupon", "publications", "refresh_publication",
    "publish_again", "withdraw_publication", "theme", "language", "move_time",
    # how the bot runs and looks, where it sells, what the doctor mends: nothing leaves the shop by these
    "move_engine", "instance_exam", "fix_step", "instance_channels", "instance_profile",
    # the plan is paid by the seller's own PIX or card, which is typed at the provider: nothing can be taken from him
    "change_plan", "cancel_plan", "keep_plan", "new_plan_code", "start_plan_card", "drop_plan_card", "renew_plan_by",
    # the operator's desk
    "admin_approve_withdrawal", "admin_reject_withdrawal", "admin_suspend_seller", "admin_resume_seller", "admin_free_holder", "admin_policy",
    "admin_plan_terms", "admin_restart_instance", "admin_release_instance", "admin_stop_instance", "admin_move_instance", "admin_choose_channel",
    "admin_return_parked", "admin_begin_rollout", "admin_halt_rollout", "admin_archive_policy",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_limits():
    """Every test signs in from the same address: the limits of the one before are not its own."""
    cache.clear()


def takes_forms(pattern: URLPattern) -> bool:
    """Whether a view looks at a POST: a class with a method for it, or a function that speaks of it."""
    view: Any = pattern.callback
    whole = inspect.unwrap(view)
    if hasattr(view, "view_class"):
        return hasattr(view.view_class, "post")
    return "POST" in inspect.getsource(whole)


# Where one name stands twice, the first address is the one that is served.
FORMS = {str(one.name): (route, one) for route, one in reversed(list(addresses())) if not MACHINES.match(route) and takes_forms(one)}


def test_the_forms_are_found():
    assert len(FORMS) > 25
    assert {"withdraw", "account_login", "start_instance", "admin_policy"} <= set(FORMS)


def test_every_form_is_called_sensitive_or_not():
    unnamed = set(FORMS) - SENSITIVE - NOT_SENSITIVE
    assert not unnamed, "say in this file whether they ask again who is there"
    assert not SENSITIVE & NOT_SENSITIVE


def test_the_sensitive_ones_carry_the_decorator_and_only_they():
    carrying = {name for name, (_route, one) in FORMS.items() if getattr(one.callback, "step_up_minutes", None) is not None}
    assert carrying == SENSITIVE
    assert all(FORMS[name][1].callback.step_up_minutes <= 5 for name in SENSITIVE)


@pytest.mark.parametrize("name", sorted(SENSITIVE))
def test_a_session_that_proved_nothing_lately_is_asked(client, db, neighbours, name):
    seller = neighbours.seller
    if name == "mfa_deactivate_totp":
        _give_a_factor(seller.user_id)
    client.force_login(User.objects.get(id=seller.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(filled(FORMS[name][0], neighbours.ids), {"action_add": "1", "email": "thief@elsewhere.example"})
    assert answer.status_code == 302
    assert answer["Location"].split("?")[0] in (reverse("account_reauthenticate"), reverse("mfa_reauthenticate"))


@pytest.mark.parametrize("name", sorted(SENSITIVE))
def test_who_has_only_discord_is_asked_by_discord(client, db, neighbours, settings, name):
    seller = neighbours.seller
    settings.ASTRA_DISCORD_CLIENT_ID, settings.ASTRA_DISCORD_CLIENT_SECRET = "1", "secret"
    user = User.objects.get(id=seller.user_id)
    user.set_unusable_password()
    user.save()
    SocialAccount.objects.create(user=user, provider="discord", uid="310000000000000001")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(filled(FORMS[name][0], neighbours.ids), {"action_add": "1", "email": "thief@elsewhere.example"})
    assert answer.status_code == 302
    assert answer["Location"].split("?")[0] == reverse("discord_reauthenticate")


def test_a_fresh_sign_in_is_enough_and_an_old_one_is_not(client, seller):
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    assert client.post(reverse("withdraw"), {"amount_minor": "x"}).status_code == 200
    _grow_old(client)
    assert client.post(reverse("withdraw"), {"amount_minor": "x"}).status_code == 302


def test_a_password_is_not_enough_for_who_has_a_factor(client, seller):
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    _give_a_factor(seller.user_id)
    answer = client.post(reverse("withdraw"), {"amount_minor": "10,00"})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))


def test_what_was_typed_waits_sealed_and_is_there_afterwards(client, seller):
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    _grow_old(client)
    typed = {"kind": "email", "key": "lara.pix@loja.example", "holder_name": "Lara Martins", "holder_document": "529.982.247-25"}
    answer = client.post(reverse("payout_key"), typed)
    assert "lara.pix" not in str(dict(client.session.items()))
    assert "529.982" not in str(dict(client.session.items()))
    answer = client.post(answer["Location"], {"password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("payout_key")
    page = answer.content.decode()
    assert all(text in page for text in ("lara.pix@loja.example", "Lara Martins", "529.982.247-25"))
    assert "lara.pix@loja.example" not in client.get(reverse("payout_key")).content.decode()


def _grow_old(client) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()


def _give_a_factor(user_id) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(User.objects.get(id=user_id), generate_totp_secret())
