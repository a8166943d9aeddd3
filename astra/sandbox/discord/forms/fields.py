"""Reads single fields of a form; what is wrong goes to the problems, and a harmless value comes back."""

from __future__ import annotations

from urllib.parse import urlsplit

from astra.sandbox.discord.refusal import Json, Problems

Path = tuple[str | int, ...]


class Fields:
    """One object of a form at `path`."""

    def __init__(self, problems: Problems, data: Json, path: Path) -> None:
        self.problems = problems
        self.data = data
        self.path = path

    def wrong(self, name: str | int, code: str, message: str) -> None:
        """Notes an error at field `name`."""
        self.problems.add((*self.path, name), code, message)

    def required(self, name: str) -> None:
        """Notes that `name` is missing."""
        self.wrong(name, "BASE_TYPE_REQUIRED", "This field is required")

    def text(self, name: str, longest: int, *, least: int = 0, required: bool = False) -> str | None:
        """A text of `least` to `longest` characters; None where it is absent."""
        value = self.data.get(name)
        if value is None or (value == "" and least > 0):
            if required:
                self.required(name)
            return None
        if not isinstance(value, str):
            self.wrong(name, "BASE_TYPE_CONVERT_STRING", "Could not interpret value as string.")
            return None
        if len(value) > longest or len(value) < least:
            if least:
                message = f"Must be between {least} and {longest} in length."
                self.wrong(name, "BASE_TYPE_BAD_LENGTH", message)
            else:
                self.wrong(name, "BASE_TYPE_MAX_LENGTH", f"Must be {longest} or fewer in length.")
        return value

    def integer(self, name: str, least: int, most: int, *, default: int | None = None) -> int | None:
        """A whole number in its limits; `default` where it is absent."""
        value = self.data.get(name)
        if value is None:
            return default
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # discord.py counts the hours of a poll so
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return default
        if value < least:
            self.wrong(name, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            self.wrong(name, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """A yes or no."""
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(name, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return default
        return value

    def objects(self, name: str, most: int, *, least: int = 0) -> list[tuple[Path, Json]]:
        """A list of objects with their paths."""
        value = self.data.get(name)
        if value is None:
            if least:
                self.required(name)
            return []
        if not isinstance(value, list):
            self.wrong(name, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            if least:
                message = f"Must be between {least} and {most} in length."
                self.wrong(name, "BASE_TYPE_BAD_LENGTH", message)
            else:
                self.wrong(name, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        found = []
        for index, entry in enumerate(value):
            path = (*self.path, name, index)
            if isinstance(entry, dict):
                found.append((path, entry))
            else:
                self.problems.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return found

    def url(self, name: str, longest: int, schemes: tuple[str, ...], *, required: bool = False) -> str | None:
        """An address with one of `schemes`."""
        value = self.text(name, longest, least=1, required=required)
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in schemes:
            allowed = ", ".join(f"'{scheme}'" for scheme in schemes)
            message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of ({allowed}).'
            self.wrong(name, "URL_TYPE_INVALID_SCHEME", message)
        elif not parts.netloc:
            self.wrong(name, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return value

    def inside(self, name: str) -> Fields | None:
        """The object under `name`."""
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.wrong(name, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return None
        return Fields(self.problems, value, (*self.path, name))
