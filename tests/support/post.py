"""The mailbox of a test: runs the jobs that send letters, here and now."""

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from tests.support.queue import QueueInTest


def arrived(to: str = "") -> list[EmailMultiAlternatives]:
    """Every letter so far, oldest first, after all that waited went out; ``to`` only those of one address."""
    QueueInTest().run("accounts.send_letter")
    return [letter for letter in mail.outbox if not to or to in letter.to]  # type: ignore[misc]
