"""One mail as the mailbox keeps it, and how raw bytes become one."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import asdict, dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

URL = re.compile(r"https?://[^\s<>\"'`\\^{}|]+", re.IGNORECASE)
_TRAILING = ".,;:!?…*_"


class BadLetter(ValueError):
    """The bytes are no mail that a person could read; the text says why."""


@dataclass(frozen=True)
class Enclosure:
    """A file that came with a mail. `content` is base64."""

    name: str
    content_type: str
    size: int
    content: str


@dataclass(frozen=True)
class Letter:
    """A mail that arrived. `recipients` are those of the SMTP envelope, so blind copies show too."""

    id: str
    recipients: list[str]
    sender: str
    subject: str
    text: str
    html: str
    received_at: str
    enclosures: list[Enclosure] = field(default_factory=list)

    def links(self) -> list[str]:
        """The addresses in the text in their order, each once; those of the HTML where there is no text."""
        found = links_in(self.text) if self.text.strip() else []
        return found or _targets(self.html)

    def size(self) -> int:
        """About how many bytes it takes in memory and in the state file."""
        return len(self.text) + len(self.html) + sum(len(item.content) for item in self.enclosures)

    def public(self) -> dict[str, Any]:
        """What the API shows. Files are listed, their content has an address of its own."""
        return {
            "id": self.id,
            "to": self.recipients,
            "from": self.sender,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "links": self.links(),
            "received_at": self.received_at,
            "attachments": [
                {
                    "name": item.name,
                    "content_type": item.content_type,
                    "size": item.size,
                    "url": f"/api/messages/{self.id}/attachments/{index}",
                }
                for index, item in enumerate(self.enclosures)
            ],
        }

    def stored(self) -> dict[str, Any]:
        """What goes into the state file."""
        return asdict(self)

    @classmethod
    def restored(cls, data: dict[str, Any]) -> Letter:
        """The inverse of `stored`. Raises KeyError or TypeError for anything else."""
        return cls(**{**data, "enclosures": [Enclosure(**item) for item in data["enclosures"]]})


def read_letter(raw: bytes, *, id: str, recipients: list[str], envelope_sender: str, received_at: str) -> Letter:
    """The mail in `raw` (RFC 5322, at any charset). Raises BadLetter when it has no headers or cannot be decoded."""
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)  # what the policy makes
        if not mail.keys():
            raise BadLetter("the message has no headers; the first line must be a header such as `From: a@b.example`")
        sender = str(mail["From"] or "") or envelope_sender
        if "@" not in parseaddr(sender)[1]:
            raise BadLetter("the message has no usable From header; write `From: name@host`")
        return Letter(
            id=id,
            recipients=recipients,
            sender=sender,
            subject=str(mail["Subject"] or ""),
            text=_body(mail, "plain"),
            html=_body(mail, "html"),
            received_at=received_at,
            enclosures=_enclosures(mail),
        )
    except BadLetter:
        raise
    except (MessageError, ValueError, LookupError, AttributeError, IndexError, binascii.Error) as problem:
        # The standard library's parser reports broken headers and encodings in all of these ways.
        raise BadLetter(f"the message could not be decoded ({problem})") from problem


def links_in(text: str) -> list[str]:
    """Addresses in running text, each once, without the punctuation that ends a sentence."""
    return list(dict.fromkeys(clean_link(match.group()) for match in URL.finditer(text)))


def clean_link(found: str) -> str:
    """`found` without closing punctuation; a bracket stays when the address opened it."""
    while found:
        if found[-1] in _TRAILING or (found[-1] == ")" and found.count(")") > found.count("(")) or found[-1] == "]":
            found = found[:-1]
        else:
            break
    return found


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    content = part.get_content() if part is not None else ""
    # `get_body` falls back to the root part, whatever it is.
    if part is None or part.get_content_subtype() != kind or not isinstance(content, str):
        return ""
    return content.replace("\r\n", "\n")


def _enclosures(mail: EmailMessage) -> list[Enclosure]:
    found = []
    for part in mail.iter_attachments() if mail.is_multipart() else ():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        found.append(
            Enclosure(
                name=part.get_filename() or "attachment",
                content_type=part.get_content_type(),
                size=len(content),
                content=base64.b64encode(content).decode(),
            )
        )
    return found


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") or ""
        if tag == "a" and URL.match(target):
            self.targets.append(target)


def _targets(html: str) -> list[str]:
    reader = _Anchors()
    reader.feed(html)
    return list(dict.fromkeys(reader.targets))
