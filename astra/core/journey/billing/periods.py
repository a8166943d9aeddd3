"""The calendar and the arithmetic of a plan: when a period ends, and what a change in the middle of it costs."""

import calendar
import datetime
from typing import Final

from astra.core.foundation.money import spread

GRACE: Final = datetime.timedelta(days=5)
AHEAD: Final = datetime.timedelta(days=7)
# A suspended shop is archived after so many days, unless the operator decided otherwise.
ARCHIVE_DAYS: Final = 90
# So many days before that a letter tells of it, and so long the export that comes with it can be downloaded.
ARCHIVE_NOTICE: Final = datetime.timedelta(days=7)
ARCHIVE_KEPT_DAYS: Final = 30
CHECKOUT: Final = datetime.timedelta(hours=1)
# Days from the due date on which a letter goes out.
LADDER: Final = (-7, -3, -1, 1, 3, 5)
# Days from the due date on which the kept card is charged, until it says yes.
CARD_DAYS: Final = (-1, 1, 3)
# Letters that go out even while no bank has declined the card: what is coming, and what came of silence.
CARD_LADDER: Final = (-7, 5)
# Days from the end of the trial on which a letter goes out.
TRIAL_LADDER: Final = (-3, -1, 0)
MONTHS: Final = {"month": 1, "year": 12}


def end_of_period(start: datetime.datetime, period: str, anchor_day: int) -> datetime.datetime:
    """The same day of the month one period later, or the month's last day where it has fewer: 31 Jan → 28 Feb → 31 Mar."""
    months = start.month - 1 + MONTHS[period]
    year, month = start.year + months // 12, months % 12 + 1
    day = min(anchor_day, calendar.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day)


def unused_part(price_minor: int, start: datetime.datetime, end: datetime.datetime, now: datetime.datetime) -> int:
    """What of a period's price belongs to the time that is left, in minor units: used and unused add up to the price exactly."""
    used, left = max(0, int((now - start).total_seconds())), max(0, int((end - now).total_seconds()))
    if used + left == 0:
        return 0
    return spread(price_minor, [used, left])[1]
