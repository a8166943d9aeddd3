"""The payment provider's webhooks: signature, size, store, 2xx. The body is only a hint."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from astra.core.integrations.payments.provider import NoSuchProvider, NotSigned, read_notice
from astra.core.payments.actions.accept_notice import accept_notice

MAX_BYTES = 64 * 1024


@csrf_exempt
@require_POST
def take_payment_notice(request: HttpRequest, provider: str) -> HttpResponse:
    """204 once the notice is stored (or was before); 404, 413, 401, 400 for what is refused, with nothing stored.

    An error of ours ends as 5xx, never as success: the provider sends the notice again.
    """
    if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:  # before any of it is read
        return HttpResponse(status=413)
    try:
        notice = read_notice(provider, request.headers, request.body)
    except NoSuchProvider:
        return HttpResponse(status=404)
    except NotSigned:
        return HttpResponse(status=401)
    except ValueError:
        return HttpResponse(status=400)
    try:
        accept_notice(provider=provider, notice=notice)
    except DatabaseError:
        return HttpResponse(status=503)
    return HttpResponse(status=204)
