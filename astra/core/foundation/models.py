"""Where Django finds the tables of foundation; each is defined beside the words it serves."""

from astra.core.foundation.audit import AuditRow
from astra.core.foundation.inbox import InboxEvent
from astra.core.foundation.sealing.data_key import DataKey
from astra.core.foundation.tenancy.route import Route

__all__ = ["AuditRow", "DataKey", "InboxEvent", "Route"]
