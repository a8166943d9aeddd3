"""Where mail comes in: an SMTP server that takes every well-formed mail for anyone."""

from __future__ import annotations

import asyncio
import re

from aiosmtpd.smtp import SMTP, Envelope, Session

from .letter import BadLetter
from .mailbox import Mailbox

MAX_MAIL_BYTES = 2 * 1024 * 1024
MAX_RECIPIENTS = 100
_ADDRESS = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,255}")


class Door:
    """The handler that the SMTP server asks. Refusals name what is wrong, in one line."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(  # noqa: N802 - the name that the server looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Notes one recipient, or says why not."""
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return f"452 4.5.3 Too many recipients: at most {MAX_RECIPIENTS} for one mail"
        if not _ADDRESS.fullmatch(address):
            return f"553 5.1.3 Not an address: {_one_line(address)}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps one mail, or says why not."""
        raw = envelope.original_content or b""
        try:
            letter = self._mailbox.take(raw, recipients=list(envelope.rcpt_tos), envelope_sender=envelope.mail_from or "")
        except BadLetter as problem:
            return f"550 5.6.0 Mail refused: {_one_line(str(problem))}"
        return f"250 Kept as {letter.id}"


async def open_door(mailbox: Mailbox, host: str, port: int) -> asyncio.Server:
    """Listens for SMTP at `host` and `port` (0 picks a free one). Raises OSError when the port is taken."""
    handler = Door(mailbox)

    def greet() -> SMTP:
        return SMTP(
            handler,
            data_size_limit=MAX_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname="mailbox.sandbox",
            ident="AstraSystems sandbox mailbox",
            timeout=60,
        )

    return await asyncio.get_running_loop().create_server(greet, host, port)


def _one_line(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]+", " ", text)[:200]
