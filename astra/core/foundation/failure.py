"""Expected failures: typed, beside what raises them, each with a text for the person it happens to."""

from django.utils.functional import Promise


class Failure(Exception):
    """The base of every expected failure.

    ``text`` says to a person what happened, what was not lost and what to do (lazy gettext); ``label`` names the case in
    metrics and logs; ``permanent`` says whether trying again can help.
    """

    text: "str | Promise" = ""
    label: str = "failure"
    permanent: bool = True

    def __init__(self, text: "str | Promise | None" = None, **facts: object) -> None:
        if text is not None:
            self.text = text
        self.facts = facts
        super().__init__(f"{self.label}: {facts}" if facts else self.label)


class NotFound(Failure):
    """There is no such thing, or it belongs to somebody else: the two are answered alike (404)."""

    label = "not_found"
