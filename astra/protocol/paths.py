"""Where a bot asks the core."""

SESSIONS = "/runtime/sessions"
RENEWALS = "/runtime/sessions/renewal"
HEARTBEATS = "/runtime/heartbeats"
GUILD_EVENTS = "/runtime/guild-events"
INTERACTIONS = "/runtime/interactions"
HEALTH = "/runtime/health"


def closure_of(interaction_id: str) -> str:
    """Where the core is told that an interaction is closed."""
    return f"{INTERACTIONS}/{interaction_id}/closure"
