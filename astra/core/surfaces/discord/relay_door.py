"""Where a bot brings the interactions that its gateway gave it: authenticated by the session of its instance.

The relay is a wire, not a witness: what it carries may change carts and orders of the person it names, never show a secret.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from astra.core.journey.instances.actions.check_session import SessionFailure, check_session
from astra.core.journey.instances.queries import InstanceFacts, instance_facts
from astra.core.surfaces.discord.http_door import LARGEST_BODY, read_object
from astra.core.surfaces.discord.pipeline import answer_interaction, close_interaction


@csrf_exempt
@require_POST
def relay_interaction(request: HttpRequest) -> HttpResponse:
    """Answers the JSON that the bot posts, as it is, to the interaction's callback. The body is the interaction itself."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:  # before any of it is read
        return JsonResponse({"error": "too_long"}, status=413)
    instance = _instance(request)
    if isinstance(instance, HttpResponse):
        return instance
    payload = read_object(request.body)
    if payload is None:
        return JsonResponse({"error": "not_an_object"}, status=400)
    return JsonResponse(answer_interaction(payload, instance=instance, transport="relay"))


@csrf_exempt
@require_POST
def relay_closure(request: HttpRequest, interaction_id: str) -> HttpResponse:
    """Takes note that the bot answered an interaction itself, because we were late."""
    instance = _instance(request)
    if isinstance(instance, HttpResponse):
        return instance
    return JsonResponse({"known": close_interaction(instance=instance, interaction_id=interaction_id)})


def _instance(request: HttpRequest) -> InstanceFacts | HttpResponse:
    try:
        session = check_session(request.headers, request.method or "", request.get_full_path(), request.body)
    except SessionFailure as failure:
        return JsonResponse(failure.answer(), status=failure.status)
    return instance_facts(session.seller_id, session.instance_id)
