"""What a payment provider must be able to do, in words of no provider."""

import datetime
from dataclasses import dataclass, field
from typing import Literal, Protocol

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.secret import Secret

Method = Literal["pix", "card"]
ChargeStatus = Literal["pending", "expired", "cancelled", "paid"]
RefundStatus = Literal["pending", "succeeded", "failed"]
PayoutStatus = Literal["processing", "paid", "failed", "returned"]


class ProviderDown(Failure):
    """The provider could not be reached or refused to work: surely nothing was done."""

    text = _("The payment provider is not answering. Nothing was charged or sent; it is tried again by itself.")
    label = "provider_down"
    permanent = False


class OutcomeUnknown(Failure):
    """The request may or may not have been carried out: its outcome must be looked up, not assumed."""

    text = _("The payment provider did not confirm in time. Nothing is lost: the outcome is being looked up.")
    label = "provider_outcome_unknown"
    permanent = False


class Refused(Failure):
    """The provider understood the request and did not do it; ``code`` is the provider's word."""

    text = _("The payment provider refused. Nothing was charged or sent.")
    label = "provider_refused"

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(None, code=code)


@dataclass(frozen=True, slots=True)
class ChargeRequest:
    """A charge to be made. ``reference`` is ours, at once the idempotency key; equal requests make one charge.

    ``lives_seconds`` must be the same at every try: it is a part of the request that the key stands for. By card the payer goes
    to the provider's page; with ``keep_card`` the provider keeps the card that pays. ``card_id`` names a kept card, which is
    charged at once and without its holder: declined, the charge is pending and its page takes another. ``return_url`` is where
    that page leads back to.
    """

    reference: str
    amount_minor: int
    currency: str
    description: str
    lives_seconds: int
    payer_name: str = ""
    method: Method = "pix"
    keep_card: bool = False
    card_id: str = field(default="", repr=False)
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """Money that arrived. ``refunded_minor`` is what went back of it, asked for or not.

    ``payer`` is what identifies who paid: ``document:`` and the CPF or CNPJ without marks and in capitals where the provider tells it,
    else ``account:`` and its mark of the account or card. Personal: to be hashed before it is kept.
    """

    provider_payment_id: str
    amount_minor: int
    fee_minor: int
    refunded_minor: int
    paid_at: datetime.datetime
    end_to_end_id: str
    payer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ProviderCard:
    """A card that the provider keeps. ``card_id`` charges it; ``payer`` is its mark, as in a payment; ``expires_on`` a month."""

    card_id: str = field(repr=False)
    last4: str
    expires_on: str
    payer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProviderCharge:
    """A charge as it stands at the provider. ``rank`` rises with every change of status, ``updated_at`` with every change.

    ``copy_paste`` is empty by card. ``declines`` counts the cards that were tried in vain, ``declined_code`` says why the last
    was. ``kept_card`` is the card that paid and is kept.
    """

    provider_id: str
    reference: str
    account: str
    status: ChargeStatus
    rank: int
    updated_at: datetime.datetime
    amount_minor: int
    currency: str
    copy_paste: str
    pay_url: str
    expires_at: datetime.datetime
    payments: tuple[ProviderPayment, ...] = field(default=())
    method: Method = "pix"
    declines: int = 0
    declined_code: str = ""
    kept_card: ProviderCard | None = None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund of one payment of a charge. ``key`` is its idempotency key."""

    reference: str
    key: str
    charge_provider_id: str
    provider_payment_id: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as it stands at the provider."""

    provider_id: str
    reference: str
    status: RefundStatus
    amount_minor: int
    provider_payment_id: str
    return_id: str
    failure_code: str


@dataclass(frozen=True, slots=True)
class PayoutRequest:
    """A transfer to a PIX key. ``reference`` is ours, at once the idempotency key."""

    reference: str
    amount_minor: int
    currency: str
    pix_key: Secret
    holder_name: str
    holder_document: Secret


@dataclass(frozen=True, slots=True)
class ProviderPayout:
    """A payout as it stands at the provider."""

    provider_id: str
    reference: str
    status: PayoutStatus
    rank: int
    updated_at: datetime.datetime
    amount_minor: int
    currency: str
    fee_minor: int
    end_to_end_id: str
    failure_code: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One signed movement of the account; ``reference`` is that of the charge, refund or payout."""

    line_id: str
    kind: Literal["charge", "refund", "payout", "fee", "other"]
    reference: str
    provider_ref: str
    provider_payment_id: str
    amount_minor: int
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What a verified webhook hints at: never more than which thing to read again."""

    event_id: str
    account: str
    kind: Literal["charge", "refund", "payout", "other"]
    provider_id: str
    reference: str


class PaymentProvider(Protocol):
    """A provider. Every verb may raise ProviderDown; those that write also OutcomeUnknown and Refused.

    Reading a thing that is not there answers None. Nothing here may be called while a transaction is open.
    """

    name: str

    def create_charge(self, request: ChargeRequest) -> ProviderCharge:
        """Makes a charge, or returns the one that this reference made before."""
        ...

    def charge(self, provider_id: str) -> ProviderCharge | None:
        """A charge by the provider's id."""
        ...

    def charge_by_reference(self, reference: str) -> ProviderCharge | None:
        """A charge by our reference."""
        ...

    def cancel_charge(self, provider_id: str) -> ProviderCharge:
        """Closes a code. One that was paid already is returned as paid, not refused."""
        ...

    def forget_card(self, card_id: str) -> None:
        """Has a kept card forgotten; one that is not there (any more) is forgotten already."""
        ...

    def create_refund(self, request: RefundRequest) -> ProviderRefund:
        """Asks for a refund, or returns the one that this key asked for before."""
        ...

    def refund(self, provider_id: str) -> ProviderRefund | None:
        """A refund by the provider's id."""
        ...

    def refund_by_reference(self, reference: str) -> ProviderRefund | None:
        """A refund by our reference."""
        ...

    def create_payout(self, request: PayoutRequest) -> ProviderPayout:
        """Sends money. Never called a second time for a reference whose outcome is unknown."""
        ...

    def payout(self, provider_id: str) -> ProviderPayout | None:
        """A payout by the provider's id."""
        ...

    def payout_by_reference(self, reference: str) -> ProviderPayout | None:
        """A payout by our reference."""
        ...

    def statement(self, after: str) -> list[StatementLine]:
        """The account's movements after a line, oldest first, at most a thousand; all after an empty or unknown one."""
        ...
