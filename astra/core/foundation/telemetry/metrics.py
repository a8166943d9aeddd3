"""Counters and histograms of this process; the figures of the business are read from the database when asked."""

from prometheus_client import Counter, Histogram

HTTP_SECONDS = Histogram(
    "astra_http_seconds",
    "Time to answer a request, by surface and status class.",
    ["surface", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5),
)
JOB_SECONDS = Histogram(
    "astra_job_seconds",
    "Time of a job, by name and outcome.",
    ["job", "outcome"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
)
FAILURES = Counter("astra_failures_total", "Expected failures told to people or retried, by label.", ["label"])
