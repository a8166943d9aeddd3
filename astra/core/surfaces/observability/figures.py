"""The figures of the business, read from the database at the moment somebody asks."""

from collections.abc import Iterator
from functools import cache

from django.db import connection
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from astra.core.foundation.tenancy.acting import as_system

# name, meaning, labels, SQL that gives label values and a number. Read as the role that sees every seller and writes nothing.
FIGURES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("astra_orders", "Orders by commercial state.", ("state",), "SELECT commercial, count(*) FROM sales_order GROUP BY 1"),
    (
        "astra_instances",
        "Instances by seen state and reason.",
        ("state", "reason"),
        "SELECT seen_state, reason, count(*) FROM instances_instance GROUP BY 1, 2",
    ),
    (
        "astra_discord_refused_calls",
        "Calls of the last ten minutes that Discord refused (401, 403, 429) and counts against the address, bots included.",
        (),
        "SELECT coalesce(sum(calls), 0) FROM foundation_refused_call"
        " WHERE minute > extract(epoch FROM clock_timestamp())::bigint / 60 - 10",
    ),
    ("astra_deliveries", "Deliveries by state.", ("state",), "SELECT state, count(*) FROM delivery_delivery GROUP BY 1"),
    (
        "astra_jobs_waiting",
        "Jobs that wait or run, by status.",
        ("status",),
        "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY 1",
    ),
    (
        "astra_inbox_open",
        "Stored webhooks that are not handled yet.",
        (),
        "SELECT count(*) FROM foundation_inbox_event WHERE handled_at IS NULL",
    ),
    (
        "astra_inbox_oldest_seconds",
        "Age of the oldest open webhook.",
        (),
        "SELECT coalesce(extract(epoch FROM astra_now() - min(received_at)), 0) FROM foundation_inbox_event WHERE handled_at IS NULL",
    ),
)


class BusinessFigures(Collector):
    """Asks the database once a scrape."""

    def collect(self) -> Iterator[Metric]:
        """One gauge family a figure."""
        with as_system(), connection.cursor() as cursor:
            for name, meaning, labels, sql in FIGURES:
                family = GaugeMetricFamily(name, meaning, labels=labels)
                cursor.execute(sql)
                for *values, number in cursor.fetchall():
                    family.add_metric([str(value or "") for value in values], float(number))
                yield family

    def describe(self) -> list[Metric]:
        """Nothing is asked when the collector is registered."""
        return []


@cache
def register_figures() -> None:
    """Adds the collector to this process, once."""
    REGISTRY.register(BusinessFigures())
