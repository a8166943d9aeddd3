"""The coverage page says what is so."""

from __future__ import annotations

import pytest

from astra.sandbox.discord.coverage import PAGE, read_answered, render, served
from astra.sandbox.discord.spec.locate import find_checker

found = find_checker()
pytestmark = pytest.mark.skipif(found is None, reason="Discord's description is not installed: run npm ci; the page was not compared")


def test_the_page_is_fresh() -> None:
    assert found is not None
    hint = "run python -m astra.sandbox.discord.coverage --write"
    assert PAGE.read_text(encoding="utf-8") == render(found.description, read_answered()), hint


def test_what_a_shop_bot_uses_is_here_and_tested() -> None:
    assert found is not None
    there = served(found.description.operations) & read_answered()
    wanted = {
        "create_message", "update_message", "create_interaction_response", "execute_webhook", "create_dm", "create_guild_channel",
        "create_thread", "create_thread_from_message", "add_guild_member_role", "delete_guild_member_role", "create_guild_role",
        "bulk_set_application_commands", "update_my_application", "get_my_user", "add_my_message_reaction", "create_pin",
        "set_channel_permission_overwrite", "ban_user_from_guild", "delete_guild_member", "create_channel_invite",
    }  # fmt: skip
    assert wanted - there == set()
    assert "create_lobby" not in there  # the measure can say no
