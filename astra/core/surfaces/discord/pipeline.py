"""One way through for every press, whichever wire it came by: read, take once, act, answer in words."""

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.telemetry.metrics import FAILURES
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.queries import InstanceFacts
from astra.core.surfaces.discord.click import Click, UnreadableClick, read_click
from astra.core.surfaces.discord.clicks import (
    buy,
    cancel_cart,
    cancel_order,
    choose_quantity,
    choose_variation,
    enter_coupon,
    list_purchases,
    pay,
    refresh_order,
    see_goods,
    show_details,
    show_order_again,
)
from astra.core.surfaces.discord.conversation import draw_again
from astra.core.surfaces.discord.models import TakenInteraction
from astra.core.surfaces.discord.pace import PACE
from astra.core.surfaces.discord.reply import PONG, Reply, new_message
from astra.core.surfaces.discord.screens.notice import notice, problem
from astra.core.surfaces.discord.screens.parts import in_colour
from astra.core.surfaces.discord.words import in_language, plain

log = structlog.get_logger(__name__)

PING = 1
Press = Callable[[Click], Reply]

# Every custom_id and command: its first word and its last one → the verb.
PRESSES: dict[tuple[str, str], Press] = {
    ("buy", ""): buy.buy,
    ("details", ""): show_details.show_details,
    ("cart", "variation"): choose_variation.choose_variation,
    ("cart", "quantity"): choose_quantity.choose_quantity,
    ("cart", "quantity_modal"): choose_quantity.enter_quantity,
    ("cart", "coupon"): enter_coupon.open_coupon,
    ("cart", "coupon_modal"): enter_coupon.enter_coupon,
    ("cart", "pay"): pay.pay,
    ("cart", "pay_waiting"): pay.pay_and_wait,
    ("cart", "cancel"): cancel_cart.cancel_cart,
    ("order", "refresh"): refresh_order.refresh_order,
    ("order", "show"): show_order_again.show_order_again,
    ("order", "cancel"): cancel_order.cancel_order,
    ("see", ""): see_goods.see_goods,
    ("/compras", ""): list_purchases.list_purchases,
}


def answer_interaction(payload: dict[str, Any], *, instance: InstanceFacts, transport: str) -> Reply:
    """The reply to one interaction of an application, as JSON. Never raises: what goes wrong is told in words.

    ``transport`` is ``http`` (Discord asked) or ``relay`` (the bot carried it). Both get the same answer, and none holds a
    secret: goods are written later by the core itself. The same interaction is acted upon once.
    """
    if payload.get("type") == PING:
        return PONG
    locale = str(payload.get("locale") or "pt-BR")
    with in_language(locale), in_colour(instance.accent):
        try:
            click = read_click(payload, instance, transport)
            if PACE.is_too_fast(instance.id, click.buyer_id):
                FAILURES.labels("too_fast").inc()
                return new_message(
                    notice(_("That was very fast. Nothing was done and nothing was charged. Wait a few seconds and press once."))
                )
            taken_id, earlier = _take(click)
            if earlier is not None:
                return earlier
            reply = _press(click)
            _keep(click, taken_id, reply)
            return reply
        except UnreadableClick:
            return new_message(
                problem(_("This button is from an older message and does nothing any more. Nothing was charged. Use a newer one."))
            )
        except (DatabaseError, InterfaceError) as error:
            log.error("discord.press_failed", error=type(error).__name__, instance_id=str(instance.id))
            return maintenance()
        except Exception as error:  # the last door: a person waits for words, whatever broke
            log.error("discord.press_broke", error=type(error).__name__, at=_place(error), interaction_id=str(payload.get("id"))[:24])
            return new_message(
                problem(
                    _(
                        "Something broke on our side. Nothing was lost: orders and payments are kept. Try again in a minute. (Code {code})"
                    ).format(code=f"`{plain(str(payload.get('id')), 24)}`")
                )
            )


def maintenance() -> Reply:
    """The words for when the shop cannot answer now. Speaks the active language."""
    return new_message(
        notice(_("The shop is being looked after right now. Nothing was charged and no order was lost. Try again in a minute."))
    )


def close_interaction(*, instance: InstanceFacts, interaction_id: str) -> bool:
    """The relay answered a press itself because we were late; False when the press never reached us.

    The press's token now leads to the relay's message: what should have been shown is drawn there by a job.
    """
    with acting_for(instance.seller_id):
        taken = TakenInteraction.objects.filter(instance_id=instance.id, interaction_id=interaction_id[:24], closed_at=None)
        is_known = bool(taken.update(closed_at=AstraNow()))
        if is_known:
            draw_again(instance.seller_id, interaction_id[:24])
    return is_known


def _press(click: Click) -> Reply:
    press = PRESSES.get((click.name, click.arguments[-1] if len(click.arguments) > 1 else ""))
    if press is None:
        raise UnreadableClick()
    try:
        return press(click)
    except NotFound:
        return new_message(problem(_("This is not yours, or it is not there any more. Nothing was shown and nothing was charged.")))
    except UnreadableClick:
        raise
    except Failure as failure:
        FAILURES.labels(failure.label).inc()
        return new_message(problem(plain(str(failure.text), 600) or _("That did not work. Nothing was charged. Try again in a minute.")))


def _take(click: Click) -> tuple[uuid.UUID, Reply | None]:
    """Takes a press once: its row's id, and the earlier answer when it was here before."""
    row = TakenInteraction(
        seller_id=click.seller_id, instance_id=click.instance.id, interaction_id=click.interaction_id, transport=click.transport
    )
    with acting_for(click.seller_id):
        TakenInteraction.objects.bulk_create([row], ignore_conflicts=True)
        kept = TakenInteraction.objects.get(instance_id=click.instance.id, interaction_id=click.interaction_id)
    if kept.id == row.id:
        return row.id, None
    return kept.id, kept.reply or new_message(notice(_("This was already taken care of.")))


def _keep(click: Click, taken_id: uuid.UUID, reply: Reply) -> None:
    with acting_for(click.seller_id):
        TakenInteraction.objects.filter(id=taken_id).update(reply=reply)
        if TakenInteraction.objects.filter(id=taken_id, closed_at__isnull=False).exists():
            draw_again(click.seller_id, click.interaction_id)


def _place(error: BaseException) -> str:
    """File and line of an error, for the log; never its values."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('astra/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
