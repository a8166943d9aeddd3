"""Ids and edits keep their order, whatever the clock does: who reads a press beside an edit asks which was first."""

from datetime import datetime

import pytest

from astra.sandbox.discord.clock import Clock
from astra.sandbox.discord.ids import EPOCH_MS, Snowflakes


def ms_of(snowflake: str) -> int:
    return EPOCH_MS + (int(snowflake) >> 22)


@pytest.mark.parametrize("moved_back", [0, 90_000])
def test_an_edit_lies_between_the_id_before_and_the_id_after(moved_back):
    clock = Clock(offset_seconds=90_000)
    ids = Snowflakes(clock)
    ids.new()
    clock.offset_seconds -= moved_back
    for _ in range(200):
        before = ids.new()
        edited = int(datetime.fromisoformat(ids.moment()).timestamp() * 1000)
        after = ids.new()
        assert ms_of(before) <= edited <= ms_of(after)
        assert int(before) < int(after)
        if moved_back:
            assert ms_of(before) < edited, "in one millisecond the press before would count as one after"
