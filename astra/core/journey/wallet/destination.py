"""Opens the sealed cells of a PIX key: only where it is compared or handed to payments."""

from dataclasses import dataclass

from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.wallet.models import PayoutKey
from astra.core.payments.actions.intend_payout import Destination

TABLE = "wallet_payout_key"


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A PIX key and its holder in memory; key and document show themselves to nobody by accident."""

    pix_key: Secret
    holder_name: str
    holder_document: Secret

    def destination(self) -> Destination:
        """What payments needs to send money there."""
        return Destination(self.pix_key, self.holder_name, self.holder_document)


def open_key(row: PayoutKey) -> OpenKey:
    """The key and its holder in clear, in memory. Runs inside the seller's block."""

    def opened(sealed: bytes | memoryview, column: str) -> Secret:
        return unseal(bytes(sealed), seller_id=row.seller_id, table=TABLE, row_id=row.id, column=column)

    return OpenKey(
        opened(row.key_sealed, "key_sealed"),
        opened(row.holder_name_sealed, "holder_name_sealed").reveal(),
        opened(row.holder_document_sealed, "holder_document_sealed"),
    )
