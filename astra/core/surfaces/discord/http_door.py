"""Where Discord itself brings interactions: signed, fresh, for one application."""

import json
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from astra.core.journey.instances.queries import instance_of_application
from astra.core.surfaces.discord.pipeline import answer_interaction, maintenance
from astra.core.surfaces.discord.signature import is_signed
from astra.core.surfaces.discord.words import in_language

LARGEST_BODY = 512 * 1024
# Public keys seen so far, so that people get words and not a failure while the database is away.
MOST_KNOWN_KEYS = 10_000
_known_keys: dict[str, str] = {}


@csrf_exempt
@require_POST
def receive_interaction(request: HttpRequest, application_id: str) -> HttpResponse:
    """Answers one interaction. 401 unless it is signed for this application and fresh; unknown applications look the same."""
    body = request.body if int(request.headers.get("Content-Length") or 0) <= LARGEST_BODY else b""
    try:
        instance = instance_of_application(application_id)
        verify_key = instance.verify_key if instance else ""
    except (DatabaseError, InterfaceError):
        instance, verify_key = None, _known_keys.get(application_id, "")
    if not verify_key or not is_signed(
        verify_key=verify_key,
        signature=request.headers.get("X-Signature-Ed25519", ""),
        timestamp=request.headers.get("X-Signature-Timestamp", ""),
        body=body,
    ):
        return HttpResponse("invalid request signature", status=401, content_type="text/plain")
    payload = read_object(body)
    if payload is None:
        return HttpResponse("not a JSON object", status=400, content_type="text/plain")
    if instance is None:
        with in_language(str(payload.get("locale") or "pt-BR")):
            return JsonResponse(maintenance())
    if len(_known_keys) < MOST_KNOWN_KEYS:
        _known_keys[application_id] = verify_key
    return JsonResponse(answer_interaction(payload, instance=instance, transport="http"))


def read_object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body, or None."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
