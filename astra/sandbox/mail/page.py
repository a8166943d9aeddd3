"""The pages' HTML. Whatever comes from a mail is escaped here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path

from aiohttp import web
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from astra.sandbox.payments.clock import from_text
from astra.sandbox.payments.speech import BRASILIA, prefers_english

from .letter import URL, Letter, clean_link
from .mailbox import KEPT_LETTERS
from .words import PT_BR

FOLDER = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": ("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}
# A mail's HTML runs nothing, loads nothing and sees nothing of the mailbox; its links open in a tab of their own.
MAIL_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'self'; form-action 'none';"
        " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
}
Say = Callable[..., str]


def speech(request: web.Request) -> tuple[Say, str]:
    """How to say things to this reader, and the locale: `pt_BR` or `en`."""
    locale = "en" if prefers_english(request.headers.get("Accept-Language", "")) else "pt_BR"

    def say(text: str, **values: object) -> str:
        return (text if locale == "en" else PT_BR.get(text, text)).format(**values)

    return say, locale


def list_page(request: web.Request, letters: list[Letter], now: datetime, to: str) -> web.Response:
    """All mails, newest first, or those for one address."""
    say, locale = speech(request)
    if letters:
        count = say("1 mail") if len(letters) == 1 else say("{count} mails", count=len(letters))
        rows = "".join(_row(say, letter, _moment(letter, now, locale)) for letter in reversed(letters))
        below = f'<section class="card" aria-labelledby="mails"><div class="head"><h2 id="mails">{escape(count)}</h2>'
        below += _emptying(say) + f'</div><ul class="mails">{rows}</ul></section>'
    elif to:
        below = _empty(say("No mail for “{to}”", to=to), say("Look for another address, or see all mails."))
    else:
        text = say("Sign up, buy something or ask for a new password: the mail shows here by itself.")
        below = _empty(say("No mail yet"), text)
    everything = f'<a class="button" href="/">{escape(say("See all mails"))}</a>' if to else ""
    main = (
        f"<div><h1>{escape(say('Mailbox'))}</h1>"
        f'<p class="small">{escape(say("Every mail that the shop sends on this machine ends here."))}</p></div>'
        f'<form class="search" role="search"><label class="hidden" for="to">{escape(say("Address of the recipient"))}'
        f'</label><input id="to" name="to" type="search" value="{escape(to)}" '
        f'placeholder="{escape(say("Address of the recipient"))}" autocomplete="off" spellcheck="false">'
        f'<button class="button">{escape(say("Search"))}</button>{everything}</form>{below}'
    )
    return _answer(say, locale, title=say("Mailbox"), main=main, live=True)


def letter_page(request: web.Request, letter: Letter, now: datetime) -> web.Response:
    """One mail: who, when, its links, its text, its HTML in a frame, its files."""
    say, locale = speech(request)
    facts = [
        (say("From"), letter.sender),
        (say("To"), ", ".join(letter.recipients)),
        (say("Arrived"), _moment(letter, now, locale)),
    ]
    parts = [_links(say, letter)]
    if letter.html:
        parts.append(
            f'<section class="card" aria-labelledby="seen"><h2 id="seen">{escape(say("As the reader sees it"))}</h2>'
            f'<iframe src="/messages/{letter.id}/html" title="{escape(say("The mail as HTML"))}" '
            'sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"></iframe></section>'
        )
    if letter.text.strip() or not letter.html:
        text = with_links(letter.text) if letter.text.strip() else escape(say("This mail has no text."))
        parts.append(
            f'<section class="card" aria-labelledby="text"><h2 id="text">{escape(say("Text"))}</h2><div class="text">{text}</div></section>'
        )
    if letter.enclosures:
        files = "".join(
            f'<li><a href="/api/messages/{letter.id}/attachments/{index}" download>{escape(item.name)}</a> '
            f'<span class="small">{escape(_size(item.size, locale))}</span></li>'
            for index, item in enumerate(letter.enclosures)
        )
        title = escape(say("Attachments"))
        parts.append(f'<section class="card" aria-labelledby="files"><h2 id="files">{title}</h2><ul>{files}</ul></section>')
    subject = letter.subject or say("(no subject)")
    main = (
        f'<a class="back" href="/">{escape(say("Back to the mailbox"))}</a><h1>{escape(subject)}</h1><dl class="facts">'
        + "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
        + "</dl>"
        + "".join(parts)
    )
    return _answer(say, locale, title=subject, main=main)


def html_of(letter: Letter) -> web.Response:
    """The mail's own HTML, for the frame."""
    # The first <base> of a document counts, so the mail's own one cannot send links elsewhere in the frame.
    html = '<!doctype html><base target="_blank">' + letter.html
    return web.Response(text=html, content_type="text/html", headers=MAIL_HEADERS)


def problem_page(request: web.Request, status: int, *, about_mail: bool) -> web.Response:
    """That something is not there, and what to do."""
    say, locale = speech(request)
    title = say("This mail is not here") if about_mail else say("This page did not open")
    text = (
        say("It was removed, or the mailbox was emptied. The other mails are still here.")
        if about_mail
        else say("There is no such page. Nothing was changed.")
    )
    main = f'<h1>{escape(title)}</h1><p>{escape(text)}</p><p><a class="button" href="/">'
    main += f"{escape(say('Back to the mailbox'))}</a></p>"
    return _answer(say, locale, title=title, main=main, status=status)


def with_links(text: str) -> str:
    """`text` as HTML in which every address can be clicked."""
    pieces, last = [], 0
    for match in URL.finditer(text):
        link = clean_link(match.group())
        pieces.append(escape(text[last : match.start()]) + _anchor(link))
        last = match.start() + len(link)
    return "".join(pieces) + escape(text[last:])


def _anchor(link: str) -> str:
    return f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">{escape(link)}</a>'


def _links(say: Say, letter: Letter) -> str:
    links = letter.links()
    if not links:
        return ""
    items = "".join(f"<li>{_anchor(link)}</li>" for link in links)
    title = escape(say("Links in this mail"))
    return f'<section class="card" aria-labelledby="links"><h2 id="links">{title}</h2><ul>{items}</ul></section>'


def _row(say: Say, letter: Letter, moment: str) -> str:
    preview = " ".join(letter.text.split())[:140]
    subject = escape(letter.subject or say("(no subject)"))
    return (
        f'<li><a href="/messages/{letter.id}"><span class="subject">{subject}</span>'
        f'<time>{escape(moment)}</time><span class="whom">{escape(", ".join(letter.recipients))}</span>'
        f'<span class="preview">{escape(preview)}</span></a></li>'
    )


def _emptying(say: Say) -> str:
    return f'<form method="post" action="/empty"><button class="button">{escape(say("Empty the mailbox"))}</button></form>'


def _empty(title: str, text: str) -> str:
    return f'<section class="card empty"><h2>{escape(title)}</h2><p>{escape(text)}</p></section>'


def _moment(letter: Letter, now: datetime, locale: str) -> str:
    here = from_text(letter.received_at).astimezone(BRASILIA)
    time = format_time(here, "HH:mm:ss", locale=locale)
    if here.date() == now.astimezone(BRASILIA).date():
        return time
    return f"{format_date(here, 'dd/MM/yyyy' if locale == 'pt_BR' else 'MMM d, yyyy', locale=locale)}, {time}"


def _size(size: int, locale: str) -> str:
    return f"{format_decimal(max(size / 1024, 0.1), format='0.#', locale=locale)} KB"


def _answer(say: Say, locale: str, *, title: str, main: str, status: int = 200, live: bool = False) -> web.Response:
    version = hashlib.sha256(main.encode()).hexdigest()[:16]
    following = f' data-live data-news="{escape(say("A new mail arrived"))}"' if live else ""
    foot = f"{say('Times of Brasília (UTC−3).')} {say('The newest {count} mails are kept.', count=KEPT_LETTERS)}"
    text = f"""<!doctype html>
<html lang="{"en" if locale == "en" else "pt-BR"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · AstraSystems</title>
<link rel="icon" href="/static/sign.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/mail.css">
<script src="/static/mail.js" defer></script>
</head>
<body>
<a class="skip" href="#main">{escape(say("Skip to content"))}</a>
<p class="strip">{escape(say("Test environment: these mails were sent to nobody."))}</p>
<header><a class="brand" href="/">
<img src="/static/sign.svg" alt="" width="28" height="28">{escape(say("Mailbox"))}
</a></header>
<main id="main" data-version="{version}"{following}>{main}</main>
<footer class="small">{escape(foot)}</footer>
<p class="hidden" role="status" id="news"></p>
</body>
</html>
"""
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)
