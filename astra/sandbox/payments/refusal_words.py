"""Refusals as people read them: what happened, what was not lost, what to do."""

from __future__ import annotations

from .refusal import Refusal
from .speech import Speech

WORDS = {
    "charge_cancelled": "This charge was cancelled, so its code takes no money. Nothing was paid.",
    "charge_expired": "This code expired and takes no money now. Nothing was paid. The knob “late payment” allows it.",
    "already_paid": "This charge was paid a moment ago and cannot be cancelled any more. Nothing was changed.",
    "amount_exceeds_payment": "Nothing is left of this payment to give back. Nothing was moved.",
    "insufficient_balance": "The account holds too little for that. Nothing was moved.",
    "wrong_status": "It moved on in the meantime. Nothing was changed. Look at it again.",
    "not_pending": "It moved on in the meantime. Nothing was changed. Look at it again.",
    "no_address": "No address for webhooks is set. The notice stays in the log. Set the address in Settings.",
    "charge_paid": "This charge was paid a moment ago. Nothing was paid twice.",
    "charge_refunded": "This charge was paid and given back. Nothing was paid.",
    "charge_partially_refunded": "This charge was paid already. Nothing was paid twice.",
    "not_a_card_charge": "This charge is paid by its PIX code, not by card. Nothing was paid.",
    "unknown_saved_card": "This provider keeps no such card. Nothing was charged.",
    "unknown_card": "Only the test cards of this page are known. Nothing was paid. Choose one of them.",
    "no_challenge": "The bank no longer waits for an answer. Nothing was changed. Go back to the payment.",
    "not_paid": "This charge was not paid. Nothing was moved.",
    "no_line": "There is no such line that is still told as it is. Nothing was changed.",
    "unknown_dispute": "This dispute does not exist here. The link may belong to another sandbox.",
    "unknown_charge": "This charge does not exist here. The link may belong to another sandbox.",
    "unknown_payout": "This payout does not exist here. The link may belong to another sandbox.",
    "unknown_refund": "This refund does not exist here. The link may belong to another sandbox.",
    "unknown_webhook": "This webhook is no longer in the log.",
    "unknown_button": "This button is unknown. Nothing was changed. Load the page again.",
    "invalid_amount": "This is no amount. Nothing was paid. Write it like 49,90.",
    "invalid_knob": "One of the values does not fit. Nothing was saved. Look at the limits beside the fields.",
    "invalid_field": "One of the values does not fit. Nothing was saved.",
}


def sentence(say: Speech, refusal: Refusal) -> str:
    """The refusal in the reader's language."""
    return say(WORDS.get(refusal.code, "Something went wrong. Nothing was changed."))
