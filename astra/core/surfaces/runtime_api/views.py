"""Parses, checks who speaks, calls one action, answers. Seller and instance come from the credential, never from a body."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.instances.actions.check_session import SessionFacts, SessionFailure, check_session, stamp_of
from astra.core.journey.instances.actions.open_session import open_session
from astra.core.journey.instances.actions.record_guild_event import record_guild_event
from astra.core.journey.instances.actions.record_heartbeat import record_heartbeat
from astra.core.journey.instances.actions.renew_session import renew_session
from astra.protocol.messages import GuildEvent, Heartbeat, HeartbeatAnswer, Message, RenewalAnswer, SessionAnswer, SessionRequest
from astra.protocol.parse import BadMessage

LONGEST_BODY = 16_384
Answer = Message | None


def health(request: HttpRequest) -> JsonResponse:
    """Whether bots are answered at all; asks nothing of the database."""
    return _answer({"ok": True})


def _endpoint(view: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], JsonResponse]:
    """POST only, small bodies, refusals by their status, nothing cached."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest) -> JsonResponse:
        if request.method != "POST":
            return _answer({"error": "method"}, 405)
        if int(request.headers.get("Content-Length") or 0) > LONGEST_BODY:  # before any of it is read
            return _answer({"error": "too_long"}, 413)
        try:
            message = view(request)
        except SessionFailure as failure:
            return _answer(failure.answer(), failure.status)
        except BadMessage as failure:
            return _answer({"error": "bad_message", "detail": str(failure)}, 400)
        return _answer(message.json() if message else {})

    return answered


@_endpoint
def sessions(request: HttpRequest) -> Answer:
    """Trades a ticket for a session; the only request that is not signed by a session."""
    asked = SessionRequest.read(_body(request))
    opened = open_session(ticket=Secret(asked.ticket), public_key=asked.public_key, signature=asked.signature)
    return SessionAnswer(
        session_id=str(opened.session_id),
        generation=opened.generation,
        expires=stamp_of(opened.expires_at),
        now=stamp_of(opened.now),
        bot_token=opened.bot_token.reveal(),
        application_id=opened.application_id,
        transport=opened.transport,
        presence_text=opened.presence_text,
        api_url=settings.ASTRA_DISCORD_API,
        gateway_url=settings.ASTRA_DISCORD_GATEWAY,
    )


@_endpoint
def renewal(request: HttpRequest) -> Answer:
    """Keeps a living session."""
    until, now = renew_session(_who(request))
    return RenewalAnswer(stamp_of(until), stamp_of(now))


@_endpoint
def heartbeats(request: HttpRequest) -> Answer:
    """How the bot is, against what is wanted of it."""
    who = _who(request)
    told = Heartbeat.read(_body(request))
    wanted = record_heartbeat(
        seller_id=who.seller_id,
        instance_id=who.instance_id,
        generation=who.generation,
        state=told.state,
        reason=told.reason,
        pulse=told.pulse,
    )
    return HeartbeatAnswer(wanted.wanted_state, wanted.presence_text, stamp_of(wanted.now), wanted.careful_seconds, wanted.quiet_seconds)


@_endpoint
def guild_events(request: HttpRequest) -> Answer:
    """Servers the bot is in."""
    who = _who(request)
    told = GuildEvent.read(_body(request))
    record_guild_event(
        seller_id=who.seller_id,
        instance_id=who.instance_id,
        generation=who.generation,
        kind=told.kind,
        guild_id=told.guild_id,
        guild_name=told.guild_name,
    )
    return None


def _who(request: HttpRequest) -> SessionFacts:
    return check_session(request.headers, request.method or "", request.get_full_path(), request.body)


def _body(request: HttpRequest) -> object:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadMessage("the body is not JSON") from None


def _answer(body: dict[str, Any], status: int = 200) -> JsonResponse:
    answer = JsonResponse(body, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
