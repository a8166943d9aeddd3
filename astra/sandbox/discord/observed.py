"""Limits of Discord's routes. Discord publishes none and changes them; these are what its users report and its headers have shown.

Messages: five in five seconds in a channel. Webhooks: five in two seconds (birdie0.github.io/discord-webhooks-guide). A channel: ten
changes in fifteen seconds, but its name and its topic twice in ten minutes (discord/discord-api-docs issue 2190). A reaction: one in a
quarter of a second. A bot must go by the headers, never by these numbers.
"""

from __future__ import annotations

ROUTES: tuple[tuple[str, str, int, float], ...] = (
    ("POST", r"/channels/\d+/messages$", 5, 5.0),
    ("PATCH", r"/channels/\d+/messages/\d+$", 5, 5.0),
    ("DELETE", r"/channels/\d+/messages/\d+$", 5, 1.0),
    ("PUT", r"/messages/\d+/reactions/[^/]+/@me$", 1, 0.25),
    ("DELETE", r"/messages/\d+/reactions/[^/]+/@me$", 1, 0.25),
    ("POST", r"/channels/\d+/typing$", 5, 5.0),
    ("PATCH", r"/channels/\d+$", 10, 15.0),
    ("PUT", r"/guilds/\d+/members/\d+/roles/\d+$", 10, 10.0),
    ("DELETE", r"/guilds/\d+/members/\d+/roles/\d+$", 10, 10.0),
    ("POST", r"/webhooks/\d+/[^/]+$", 5, 2.0),
)
# Their windows end as a whole (discord/discord-api-docs issue 7680); all others leak.
FIXED = (r"/guilds/\d+/members/\d+/roles/\d+$",)
NAME_OR_TOPIC = (2, 600.0)  # of one channel, whoever changes it
IDENTIFY_PACE_SECONDS = 5.0
# Routes without a limit and without its headers: clicks must be answered in time, whatever else the bot asks.
UNLIMITED = r"/interactions/\d+/[^/]+/callback$|/oauth2/token(/revoke)?$"
