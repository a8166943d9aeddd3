"""Which event starts which job, which action applies a settled charge, and what is swept: on one screen."""

from collections.abc import Callable, Iterable, Mapping

from astra.core.foundation.events import Event


def events() -> Mapping[type[Event], Iterable[str]]:
    """Event → names of the jobs it starts, in order."""
    from astra.core.journey.catalog import events as catalog
    from astra.core.journey.delivery import events as delivery
    from astra.core.journey.instances import events as instances
    from astra.core.journey.publication import events as publication
    from astra.core.journey.sales import events as sales
    from astra.core.journey.wallet import events as wallet
    from astra.core.payments import events as payments

    return {
        instances.InstanceConfigured: ["instances.connect_endpoint"],
        instances.InstanceTroubled: ["instances.tell_trouble"],
        instances.InstanceOnline: ["delivery.resume_deliveries", "instances.examine_soon"],
        instances.InstanceShifted: ["instances.examine_soon"],
        instances.InstanceFound: ["instances.tell_owners"],
        instances.InstanceRecoloured: ["publication.refresh_instance"],
        catalog.ProductChanged: ["publication.refresh_product"],
        catalog.StockImported: ["publication.refresh_product"],
        catalog.WaitingServed: ["delivery.serve_waiting"],
        publication.PublicationWanted: ["discord.publish_card"],
        publication.PublicationUnwanted: ["discord.withdraw_card"],
        payments.ChargeIntended: ["payments.send_charge"],
        payments.ChargeReady: ["discord.show_charge"],
        payments.ChargeFailed: ["sales.record_charge_failure", "discord.show_charge_failed", "billing.record_decline"],
        payments.ChargeDeclined: ["billing.record_decline"],
        payments.CardRemoved: ["payments.forget_card"],
        payments.PaymentParked: ["sales.record_parked"],
        payments.PaymentRefunded: ["discord.tell_returned"],
        payments.RefundRequested: ["payments.send_refund"],
        payments.RefundFailed: ["sales.record_refund_failure"],
        payments.PayoutIntended: ["payments.send_payout"],
        sales.OrderPaid: ["delivery.open_deliveries", "discord.show_paid", "wallet.book_earning"],
        sales.OrderInReview: ["discord.show_in_review"],
        sales.OrderExpired: ["discord.show_closed"],
        sales.OrderCancelled: ["discord.show_closed"],
        sales.OrderRefunding: ["discord.show_closed"],
        sales.OrderRefunded: ["discord.show_closed"],
        wallet.PayoutKeyChanged: ["wallet.tell_key"],
        wallet.WithdrawalRequested: ["wallet.tell_withdrawal"],
        wallet.WithdrawalMoved: ["wallet.tell_withdrawal"],
        delivery.DeliveryReady: ["discord.deliver"],
        delivery.DeliveryWaiting: ["discord.show_waiting"],
    }


def register_purposes() -> None:
    """Purpose of a charge or payout → the action that applies it."""
    from astra.core.journey.billing.actions.apply_payment import apply_payment as pay_plan
    from astra.core.journey.billing.actions.change_card import note_card_refund, take_card
    from astra.core.journey.billing.actions.record_refund import record_refund as refund_plan
    from astra.core.journey.sales.actions.apply_payment import apply_payment
    from astra.core.journey.sales.actions.record_refund import record_refund
    from astra.core.journey.wallet.actions.settle_withdrawal import settle_withdrawal
    from astra.core.payments import purposes

    purposes.register("order", apply=apply_payment, refunded=record_refund)
    purposes.register("plan", apply=pay_plan, refunded=refund_plan)
    purposes.register("plan_card", apply=take_card, refunded=note_card_refund)
    purposes.register_payout("withdrawal", settle=settle_withdrawal)


def register_leaving() -> None:
    """Stage → what it gives along, what is in the way, how it ends and what it forgets when a seller leaves; in this order."""
    from astra.core.foundation.leaving import Stage, connect
    from astra.core.journey.accounts import leaving as accounts
    from astra.core.journey.billing import leaving as billing
    from astra.core.journey.catalog import leaving as catalog
    from astra.core.journey.delivery import leaving as delivery
    from astra.core.journey.instances import leaving as instances
    from astra.core.journey.publication import leaving as publication
    from astra.core.journey.sales import leaving as sales
    from astra.core.journey.wallet import leaving as wallet
    from astra.core.ledger import leaving as ledger
    from astra.core.payments import leaving as payments
    from astra.core.surfaces.discord import leaving as discord

    connect(
        [
            # Cards go while the bot still may take them away.
            Stage("publication", publication.export, publication.erase, wind_down=publication.wind_down),
            Stage("instances", instances.export, instances.erase, wind_down=instances.wind_down),
            Stage("billing", billing.export, billing.erase),
            Stage("catalog", catalog.export, catalog.erase),
            Stage("sales", sales.export, sales.erase, sales.hindrances),
            Stage("delivery", delivery.export),
            Stage("wallet", wallet.export, wallet.erase, wallet.hindrances),
            Stage("payments", payments.export, payments.erase, payments.hindrances, payments.wind_down),
            Stage("ledger", ledger.export),
            Stage("discord", erase=discord.erase),
            # Last, for it removes the seller's key and the ways to the seller.
            Stage("accounts", accounts.export, accounts.erase, accounts.hindrances),
        ]
    )


def register_uses() -> None:
    """Which stages know what an instance does in its server: the doctor examines that."""
    from astra.core.journey.instances.doctor import uses
    from astra.core.journey.publication.queries import channels_in_use

    uses.register(channels=channels_in_use)


def share_budget() -> None:
    """Every process of the core tells the others what Discord refused."""
    from astra.core.integrations.discord.limits import LIMITS
    from astra.core.integrations.discord.shared_budget import note_refusal

    LIMITS.share(note_refusal)


def sweeps() -> list[Callable[[], int]]:
    """What is looked for every few seconds, apart from the queue: whatever a lost job left behind."""
    from astra.core.foundation import sweeps as foundation
    from astra.core.integrations.discord import sweeps as discord_calls
    from astra.core.journey.accounts import sweeps as accounts
    from astra.core.journey.billing import sweeps as billing
    from astra.core.journey.delivery import sweeps as delivery
    from astra.core.journey.instances import sweeps as instances
    from astra.core.journey.publication import sweeps as publication
    from astra.core.journey.sales import sweeps as sales
    from astra.core.journey.wallet import sweeps as wallet
    from astra.core.payments import sweeps as payments
    from astra.core.surfaces.discord import sweeps as discord

    return [
        payments.sweep_inbox,
        payments.janitor,
        payments.sweep_refunds,
        payments.sweep_payouts,
        payments.sweep_parked,
        payments.sweep_cards,
        payments.sweep_statement,
        sales.sweep_expired_orders,
        sales.sweep_abandoned_drafts,
        sales.sweep_news_of_payments,
        delivery.sweep_unopened,
        delivery.sweep_due,
        wallet.sweep_unbooked,
        wallet.sweep_clearing,
        billing.sweep_subscriptions,
        billing.sweep_reminders,
        publication.sweep_publications,
        instances.sweep_endpoints,
        instances.sweep_credentials,
        instances.sweep_examinations,
        instances.sweep_untold,
        instances.sweep_answer_samples,
        discord.sweep_messages,
        discord.sweep_notices,
        discord.sweep_returns,
        discord.sweep_reveals,
        discord.sweep_tokens,
        accounts.sweep_letters,
        accounts.sweep_exports,
        accounts.sweep_closings,
        accounts.sweep_old_letters,
        foundation.sweep_cache,
        discord_calls.sweep_refused,
        foundation.sweep_queue,
    ]
