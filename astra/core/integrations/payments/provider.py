"""Which provider this installation uses: chosen by settings, read at the moment of the call."""

from collections.abc import Mapping

from django.conf import settings

from astra.core.integrations.payments.port import Notice, PaymentProvider


class NoSuchProvider(LookupError):
    """This installation does not speak with a provider of that name."""


class NotSigned(Exception):
    """A webhook whose signature is missing, wrong or too old: nothing of it may be kept."""


def provider() -> PaymentProvider:
    """The provider in force. Raises NoSuchProvider for a name without an adapter."""
    return provider_named(provider_name())


def provider_name() -> str:
    """The name that new charges and payouts carry."""
    name: str = settings.ASTRA_PAYMENT_PROVIDER
    return name


def provider_named(name: str) -> PaymentProvider:
    """The adapter of a name. Raises NoSuchProvider."""
    if name != "sandbox":
        raise NoSuchProvider(name)
    from astra.core.integrations.payments.sandbox.adapter import SandboxProvider

    return SandboxProvider.at(settings.ASTRA_SANDBOX_PAYMENTS_URL, settings.ASTRA_SANDBOX_PAYMENTS_KEY)


def read_notice(name: str, headers: Mapping[str, str], body: bytes) -> Notice:
    """What a webhook hints at, once its signature was checked.

    Raises NoSuchProvider for a name that is unknown or has no secret here, NotSigned, and ValueError for a body that is no notice.
    """
    secret: str = settings.ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET
    if name != "sandbox" or not secret:
        raise NoSuchProvider(name)
    from astra.core.integrations.payments.sandbox.notice import read

    return read(headers, body, secret)
