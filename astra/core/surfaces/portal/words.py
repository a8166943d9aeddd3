"""States in the words and tones of the screens: one word per state, the same in every place."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.journey.delivery.queries import DeliveryFacts
from astra.core.journey.instances.doctor.steps import Step
from astra.core.journey.instances.queries import InstanceFacts, InstanceMoment
from astra.core.journey.instances.reasons import Explanation, explain
from astra.core.journey.publication.queries import PublicationFacts
from astra.core.journey.sales.queries import OrderFacts, StepFacts
from astra.core.journey.wallet.queries import WithdrawalFacts


@dataclass(frozen=True, slots=True)
class Word:
    """A state as people read it; ``tone`` is ok, warn, bad, live, wait or empty."""

    text: "str | Promise"
    tone: str = ""
    detail: "str | Promise" = ""


_INSTANCE = {
    "draft": Word(_("not connected"), "wait"),
    "configured": Word(_("getting ready"), "live"),
    "starting": Word(_("starting"), "live"),
    "online": Word(_("on air"), "ok"),
    "degraded": Word(_("unstable"), "warn"),
    "errored": Word(_("with an error"), "bad"),
    "backoff": Word(_("trying again"), "warn"),
    "quarantined": Word(_("in quarantine"), "bad"),
    "stopped": Word(_("stopped")),
}
_STOPPING = Word(_("stopping"), "live")
_VERDICTS = {
    "ok": Word(_("it works"), "ok"),
    "blocked": Word(_("does not work"), "bad"),
    "warned": Word(_("works in part"), "warn"),
    "unneeded": Word(_("not needed")),
    "skipped": Word(_("not examined"), "wait"),
}
_STOCK = {
    "available": Word(_("Available"), "ok"),
    "last_units": Word(_("Last units"), "warn"),
    "sold_out": Word(_("Sold out"), "bad"),
}
ENGINES = {
    "none": (
        _("Without a process"),
        _("Discord sends each click straight to us. Nothing to keep running; the bot does not show as online. Needs a public address."),
    ),
    "local": (
        _("On this machine"),
        _("A small program keeps the bot connected, so it shows as online in your server."),
    ),
    "docker": (
        _("In a container of its own"),
        _("The same small program behind walls of its own: it sees no other shop and nothing of this machine."),
    ),
    "pool": (
        _("In a shared process"),
        _("Many bots are kept connected by one program. Shows as online and costs least."),
    ),
    "kubernetes": (
        _("In the cluster"),
        _("A container of its own on any machine of the cluster."),
    ),
}


def instance_word(facts: InstanceFacts) -> Word:
    """How an instance is called now."""
    if facts.wanted_state == "stopped" and facts.seen_state != "stopped":
        return _STOPPING
    return _INSTANCE.get(facts.seen_state, Word(facts.seen_state))


def verdict_word(step: Step) -> Word:
    """How a step of the doctor's examination came out."""
    return _VERDICTS.get(step.verdict, Word(step.verdict))


def stock_word(in_words: str) -> Word:
    """How an amount of stock is called."""
    return _STOCK.get(in_words, Word(in_words))


_INSTANCE_EVENTS = {
    "token_accepted": (_("Token accepted by Discord"), "key", ""),
    "asked_to_run": (_("Asked to start"), "player-play", ""),
    "started": (_("Started"), "robot", ""),
    "postponed": (_("The start was put off"), "clock", ""),
    "came_online": (_("On air"), "circle-check", "ok"),
    "faltered": (_("Unstable"), "alert-triangle", "bad"),
    "failed": (_("Stopped unexpectedly; it is tried again"), "alert-triangle", "bad"),
    "refused": (_("Stopped: needs you"), "alert-octagon", "bad"),
    "gave_up": (_("In quarantine after several failures"), "alert-octagon", "bad"),
    "ended": (_("Stopped"), "player-stop", ""),
}


def instance_moment(moment: InstanceMoment) -> tuple["str | Promise", str, str, Explanation | None]:
    """An instance's event in words, with its icon, its tone and the reason."""
    text, mark, tone = _INSTANCE_EVENTS.get(moment.event, (moment.event, "clock", ""))
    return text, mark, tone, explain(moment.reason, moment.to_state)


_ORDER_TONES = {
    "awaiting_payment": "wait",
    "payment_in_review": "warn",
    "paid": "ok",
    "fulfilling": "live",
    "partially_delivered": "warn",
    "waiting_stock": "warn",
    "delivered": "ok",
    "refunding": "warn",
    "refund_failed": "bad",
}
_STEP_MARKS = {
    "opened": ("shopping-bag", ""),
    "placed": ("lock", ""),
    "paid": ("circle-check", "ok"),
    "paid_late": ("circle-check", "ok"),
    "fulfilling": ("truck-delivery", ""),
    "delivered": ("truck-delivery", "ok"),
    "partially_delivered": ("truck-delivery", ""),
    "waiting_stock": ("clock-pause", ""),
    "refunding": ("receipt-refund", ""),
    "refunded": ("receipt-refund", ""),
    "partially_refunded": ("receipt-refund", ""),
    "payment_returned": ("receipt-refund", ""),
    "payment_parked": ("flag", "bad"),
    "refund_failed": ("flag", "bad"),
    "charge_failed": ("flag", "bad"),
    "expired": ("clock", ""),
    "abandoned": ("clock", ""),
    "cancelled": ("circle-x", ""),
}
_DELIVERY_TONES = {
    "pending": "live",
    "attempting": "live",
    "delivered": "ok",
    "waiting_stock": "warn",
    "action_required": "wait",
    "dead_letter": "bad",
}
_ACTORS: dict[str, "str | Promise"] = {
    "system": "AstraSystems",
    "provider": _("Payment provider"),
    "operator": _("Operator"),
    "member": _("Team"),
}


def order_word(facts: OrderFacts) -> Word:
    """The one public word of an order."""
    return Word(facts.word_text, _ORDER_TONES.get(facts.word.value, ""))


def order_step(step: StepFacts) -> tuple[str, str]:
    """The icon and the tone of a step of the timeline."""
    return _STEP_MARKS.get(step.kind, ("clock", ""))


def delivery_word(facts: DeliveryFacts) -> Word:
    """How a delivery is called now, with what stands in its way."""
    return Word(facts.state_text, _DELIVERY_TONES.get(facts.state, ""), facts.reason_text)


def actor_name(kind: str, actor_id: str, buyer_name: str, names: Mapping[str, str]) -> "str | Promise":
    """Who did it, as people read it."""
    if kind == "buyer":
        return buyer_name
    return names.get(actor_id) or _ACTORS.get(kind, kind)


_PUBLICATION = {
    "wanted": Word(_("on its way"), "live"),
    "publishing": Word(_("being written"), "live"),
    "published": Word(_("published"), "ok"),
    "outdated": Word(_("being updated"), "live"),
    "failed": Word(_("could not be published"), "bad"),
    "withdrawn": Word(_("taken out")),
}


def publication_word(facts: PublicationFacts) -> Word:
    """How a publication is called, with what to do when it failed, or why it waits."""
    word = _PUBLICATION.get(facts.state, Word(facts.state))
    if facts.reason and facts.state in ("wanted", "outdated"):
        return Word(_("waits for the bot"), "wait", facts.reason)
    if facts.state != "failed":
        return word
    unknown = _("Discord refused it. Nothing was lost. Press Update to try again.")
    return Word(word.text, word.tone, facts.reason or unknown)


@dataclass(frozen=True, slots=True)
class WithdrawalWord(Word):
    """A withdrawal's state, with whether it is open and whether the seller may still cancel it."""

    is_open: bool = False
    may_cancel: bool = False


_WITHDRAWAL = {
    "requested": WithdrawalWord(_("asked, waits for the review"), "wait", "", True, True),
    "approved": WithdrawalWord(_("approved, about to be sent"), "live", "", True),
    "processing": WithdrawalWord(_("sent to the bank"), "live", "", True),
    "unknown": WithdrawalWord(
        _("the bank has not answered yet"), "warn", _("It is not sent twice. We ask until the bank says what became of it."), True
    ),
    "paid": WithdrawalWord(_("paid"), "ok"),
    "cancelled": WithdrawalWord(_("cancelled"), "", _("The money is available again.")),
    "rejected": WithdrawalWord(_("refused"), "bad", _("The money is available again.")),
    "failed": WithdrawalWord(_("the bank refused it"), "bad", _("The money is available again. Check the PIX key.")),
    "returned": WithdrawalWord(_("came back from the bank"), "bad", _("The money is available again. Check the PIX key.")),
}


def withdrawal_word(facts: WithdrawalFacts) -> WithdrawalWord:
    """How a withdrawal is called now; a refusal carries its reason."""
    word = _WITHDRAWAL.get(facts.state, WithdrawalWord(facts.state))
    if facts.state == "rejected" and facts.reason:
        return WithdrawalWord(word.text, word.tone, f"{facts.reason} {word.detail}")
    return word


_PLANS: dict[str, "str | Promise"] = {"Trial": _("Trial")}


def plan_name(name: str) -> "str | Promise":
    """How a plan is called: the installation's own are translated, others keep their name."""
    return _PLANS.get(name, name)


_SUBSCRIPTION = {
    "trialing": Word(_("on trial"), "ok"),
    "active": Word(_("in force"), "ok"),
    "past_due": Word(_("waiting for payment"), "warn", _("The shop still takes orders. Pay so that it goes on.")),
    "suspended": Word(_("not paid"), "bad", _("Pay, and the shop sells again at once.")),
    "cancelled": Word(_("cancelled by you"), "", _("Choose a plan to sell again. Everything was kept.")),
    "expired": Word(_("ended"), "bad", _("Choose a plan to sell again. Everything was kept.")),
}
_INVOICE = {
    "open": Word(_("to pay"), "wait"),
    "paid": Word(_("paid"), "ok"),
    "void": Word(_("withdrawn")),
    "refunded": Word(_("returned"), "warn"),
}


def subscription_word(state: str) -> Word:
    """How a plan stands, with what to do about it."""
    return _SUBSCRIPTION.get(state, Word(state))


def invoice_word(state: str) -> Word:
    """How an invoice is called."""
    return _INVOICE.get(state, Word(state))


_INVITATION = {
    "open": Word(_("waiting for an answer"), "wait"),
    "expired": Word(_("expired"), "bad"),
    "accepted": Word(_("accepted"), "ok"),
    "declined": Word(_("turned down")),
    "withdrawn": Word(_("taken back")),
}


def invitation_word(state: str) -> Word:
    """How an invitation is called now."""
    return _INVITATION.get(state, Word(state))
