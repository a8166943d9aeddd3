"""A bot's line is taken apart; what is no such line is shown as it is."""

import datetime

from astra.core.surfaces.ui.log_line import LogLine, log_lines


def test_lines_are_taken_apart_and_a_traceback_keeps_its_tone():
    at = datetime.datetime(2026, 11, 20, 12, 0, tzinfo=datetime.UTC)
    said = ["2026-11-20T12:00:00Z INFO astra.bot on air", "2026-11-20T12:00:00Z ERROR astra.bot no", "  File <b>", "x"]
    assert log_lines(said) == [
        LogLine(at, "", "astra.bot on air"), LogLine(at, "bad", "astra.bot no"), LogLine(None, "bad", "  File <b>"), LogLine(None, "bad", "x"),
    ]  # fmt: skip
    assert log_lines([]) == []
