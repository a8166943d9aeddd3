"""A secret in memory that cannot slip into a log or a page by accident."""


class Secret:
    """Holds a text that only ``reveal()`` gives out: no ``str``, ``repr``, format, pickling or comparison shows it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. Call it where it is used, never earlier."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> str:
        raise TypeError("A secret is not pickled.")

    def __bool__(self) -> bool:
        return bool(self._text)
