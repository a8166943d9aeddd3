"""Times every request and gives each an id that the log carries."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from astra.core.foundation.ids import new_id
from astra.core.foundation.telemetry.metrics import HTTP_SECONDS

SURFACES = ("admin", "discord", "runtime", "webhooks", "static", "conta", "healthz", "readyz", "metrics")


class RequestTiming:
    """Django middleware, outermost: one histogram sample a request, one log line for what fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answers, timed."""
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=new_id().hex[-12:])
        response = self.get_response(request)
        first = request.path_info.strip("/").split("/", 1)[0]
        surface = first if first in SURFACES else "portal"
        spent = time.perf_counter() - started
        HTTP_SECONDS.labels(surface, f"{response.status_code // 100}xx").observe(spent)
        if response.status_code >= 500:
            structlog.get_logger("astra.web").error(
                "request.failed", surface=surface, method=request.method, status=response.status_code, ms=round(spent * 1000)
            )
        return response
