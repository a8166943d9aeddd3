"""An application as Discord shows it."""

from __future__ import annotations

from .portraits import user
from .refusal import Json
from .rows import Application
from .state import State

LIMITED_INTENTS = ((1 << 8, 1 << 13), (1 << 1, 1 << 15), (1 << 15, 1 << 19))  # intent → flag of the application


def application(state: State, row: Application) -> Json:
    """An application as its own bot sees it."""
    guilds = sum(1 for guild_row in state.guilds.values() if row.id in guild_row.members)
    # Two bits for each privileged intent: the plain and the limited form. Small bots have the limited one.
    limited = sum(bit for intent, bit in LIMITED_INTENTS if row.privileged_intents & intent)
    return {
        "id": row.id,
        "name": row.name,
        "icon": None,
        "description": row.description,
        "type": None,
        "bot": user(state.users[row.id]),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": row.verify_key,
        "flags": limited,
        "flags_new": str(limited),
        "redirect_uris": list(row.redirect_uris),
        "tags": [],
        "interactions_endpoint_url": row.endpoint_url,
        "role_connections_verification_url": None,
        "owner": user(state.users[row.owner_id]),
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "integration_types_config": {"0": {}},
        "team": None,
        "summary": "",
        "hook": True,
        "eligible_oauth2_scopes": [],
        **row.settings,
    }
