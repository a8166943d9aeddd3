"""Addresses of a person, whatever he sells: ways in that are added, used, confirmed by and taken away."""

from django.urls import path

from astra.core.surfaces.portal.pages import discord, passkeys, security_factors

urlpatterns = [
    path("seguranca/chaves/nova/", passkeys.add_passkey, name="mfa_add_webauthn"),
    path("seguranca/chaves/<int:pk>/nome/", passkeys.name_passkey, name="mfa_edit_webauthn"),
    path("seguranca/chaves/<int:pk>/remover/", passkeys.take_away_passkey, name="mfa_remove_webauthn"),
    path("seguranca/discord/", discord.unlink, name="socialaccount_connections"),
    path("seguranca/discord/vincular/", discord.link_discord, name="link_discord"),
    path("entrar/chave/", passkeys.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("confirmar/chave/", passkeys.confirm_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("confirmar/discord/", discord.confirm_by_discord, name="discord_reauthenticate"),
    path("discord/entrar/", discord.sign_in_with_discord, name="discord_login"),
    path("discord/volta/", discord.back_from_discord, name="discord_callback"),
    path("discord/conta/", discord.sign_up_with_discord, name="socialaccount_signup"),
    # Allauth's addresses, with a question before.
    path("password/set/", security_factors.set_password, name="account_set_password"),
    path("email/", security_factors.addresses, name="account_email"),
]
