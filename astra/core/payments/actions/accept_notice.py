"""Keeps a verified webhook: stored once, then somebody is woken up."""

from django.db import transaction

from astra.core.foundation.inbox import accept
from astra.core.foundation.jobs import enqueue
from astra.core.integrations.payments.port import Notice

SOURCE_PREFIX = "payments."


def accept_notice(*, provider: str, notice: Notice) -> bool:
    """Stores a notice and defers its job in one transaction; False when it was here before.

    Only the hint is kept (which thing to read again): names, keys and amounts of the body are not.
    """
    hint = {"kind": notice.kind, "provider_id": notice.provider_id, "reference": notice.reference}
    with transaction.atomic():
        stored = accept(source=f"{SOURCE_PREFIX}{provider}", account=notice.account, event_id=notice.event_id, body=hint)
        if stored is not None:
            enqueue("payments.read_inbox", inbox_event_id=stored.id)
    return stored is not None
