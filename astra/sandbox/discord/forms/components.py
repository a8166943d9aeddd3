"""Components of messages: checked as Discord checks them, and given the ids that it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from astra.sandbox.discord.refusal import Json, Problems

from .fields import Fields, Path
from .pieces import SELECTS, emoji, select

ROW, BUTTON, SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 1, 2, 9, 10, 11, 12, 13, 14, 17
TOP_PLAIN = (ROW,)
IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
TOP_V2 = (*IN_CONTAINER, CONTAINER)
MOST_COMPONENTS = 40
MOST_TEXT = 4000

Resolve = Callable[[str], Json | None]


class Components:
    """Checks one message's components. `resolve` turns `attachment://name` into what is shown, or None."""

    def __init__(self, problems: Problems, *, v2: bool, resolve: Resolve) -> None:
        self._problems = problems
        self._v2 = v2
        self._resolve = resolve
        self._ids: set[int] = set()
        self._custom_ids: set[str] = set()
        self._count = 0
        self._text = 0

    def check(self, payload: Json) -> list[Json]:
        """The components of `payload`, complete. What is wrong is in the problems."""
        form = Fields(self._problems, payload, ())
        if self._v2:
            found = [self._one(path, data, TOP_V2) for path, data in form.objects("components", MOST_COMPONENTS)]
        else:
            found = [self._one(path, data, TOP_PLAIN) for path, data in form.objects("components", 5)]
        if self._count > MOST_COMPONENTS:
            message = f"Must be {MOST_COMPONENTS} or fewer in length."
            form.wrong("components", "BASE_TYPE_MAX_LENGTH", message)
        if self._text > MOST_TEXT:
            message = f"The total length of displayable text must be {MOST_TEXT} or fewer."
            form.wrong("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
        _number(found, self._ids)
        return found

    def _one(self, path: Path, data: Json, allowed: tuple[int, ...]) -> Json:
        fields = Fields(self._problems, data, path)
        kind = data.get("type")
        self._count += 1
        if kind is None:
            fields.required("type")
            return {"type": 0}
        if kind not in allowed or isinstance(kind, bool):
            known = ", ".join(str(entry) for entry in allowed)
            fields.wrong("type", "BASE_TYPE_CHOICES", f'Value of field "type" must be one of ({known}).')
            return {"type": 0}
        shown: Json = {"type": kind}
        number = fields.integer("id", 0, 2**31 - 1, default=0)
        if number:
            if number in self._ids:
                fields.wrong("id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self._ids.add(number)
            shown["id"] = number
        make: dict[int, Callable[[Fields], Json]] = {
            ROW: self._row,
            BUTTON: self._button,
            SECTION: self._section,
            TEXT: self._text_display,
            THUMBNAIL: lambda inner: self._media(inner, "media"),
            GALLERY: self._gallery,
            FILE: self._file,
            SEPARATOR: self._separator,
            CONTAINER: self._container,
        }
        if kind in SELECTS:
            return {**shown, "custom_id": self._custom_id(fields), **self._select(fields, kind)}
        return {**shown, **make[kind](fields)}

    def _row(self, fields: Fields) -> Json:
        children = fields.objects("components", 5, least=1)
        kinds = [data.get("type") for _, data in children]
        if any(kind in SELECTS for kind in kinds) and len(kinds) > 1:
            message = "The specified component exceeds the maximum width"
            fields.wrong("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
        return {"components": [self._one(path, data, (BUTTON, *SELECTS)) for path, data in children]}

    def _button(self, fields: Fields) -> Json:
        style = fields.integer("style", 1, 6)
        shown: Json = {"style": style}
        if style is None:
            if fields.data.get("style") is None:
                fields.required("style")
            return shown
        label = fields.text("label", 80)
        picture = emoji(fields)
        if style == 5:
            shown["url"] = fields.url("url", 512, ("http", "https", "discord"), required=True)
            if fields.data.get("custom_id") is not None:
                fields.wrong("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", "A link button has no custom id")
        elif style == 6:
            if fields.data.get("sku_id") is None:
                fields.required("sku_id")
            shown["sku_id"] = str(fields.data.get("sku_id"))
        else:
            if fields.data.get("url") is not None:
                fields.wrong("url", "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE", "Only a link button has a url")
            shown["custom_id"] = self._custom_id(fields)
        if style != 6 and not label and picture is None:
            fields.wrong("label", "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji")
        if label is not None:
            shown["label"] = label
        if picture is not None:
            shown["emoji"] = picture
        return {**shown, "disabled": True} if fields.boolean("disabled") else shown

    def _select(self, fields: Fields, kind: int) -> Json:
        shown = select(fields, kind)
        return {**shown, "disabled": True} if fields.boolean("disabled") else shown

    def _section(self, fields: Fields) -> Json:
        texts = [self._one(path, data, (TEXT,)) for path, data in fields.objects("components", 3, least=1)]
        inner = fields.inside("accessory")
        if inner is None:
            if fields.data.get("accessory") is None:
                fields.required("accessory")
            return {"components": texts}
        return {"components": texts, "accessory": self._one(inner.path, inner.data, (BUTTON, THUMBNAIL))}

    def _text_display(self, fields: Fields) -> Json:
        content = fields.text("content", MOST_TEXT, least=1, required=True) or ""
        self._text += len(content)
        return {"content": content}

    def _gallery(self, fields: Fields) -> Json:
        items = fields.objects("items", 10, least=1)
        return {"items": [self._media(Fields(self._problems, data, path), "media") for path, data in items]}

    def _media(self, fields: Fields, name: str) -> Json:
        media = self._unfurled(fields, name)
        return {
            name: media,
            "description": fields.text("description", 1024),
            "spoiler": fields.boolean("spoiler"),
        }

    def _file(self, fields: Fields) -> Json:
        media = self._unfurled(fields, "file", only_attachment=True)
        return {
            "file": {key: value for key, value in media.items() if key not in ("name", "size")},
            "name": media.get("name"),
            "size": media.get("size"),
            "spoiler": fields.boolean("spoiler"),
        }

    def _unfurled(self, fields: Fields, name: str, *, only_attachment: bool = False) -> Json:
        inner = fields.inside(name)
        if inner is None:
            if fields.data.get(name) is None:
                fields.required(name)
            return {}
        schemes = ("attachment",) if only_attachment else ("http", "https", "attachment")
        url = inner.url("url", 2048, schemes, required=True) or ""
        if url.startswith("attachment://"):
            found = self._resolve(url.removeprefix("attachment://"))
            if found is None:
                code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
                inner.wrong("url", code, f"The referenced attachment was not found: {url}")
                return {}
            return found if only_attachment else {k: v for k, v in found.items() if k not in ("name", "size")}
        return {"id": "0", "url": url, "proxy_url": url, "width": None, "height": None, "content_type": None}

    def _separator(self, fields: Fields) -> Json:
        return {
            "spacing": fields.integer("spacing", 1, 2, default=1),
            "divider": fields.boolean("divider", default=True),
        }

    def _container(self, fields: Fields) -> Json:
        children = fields.objects("components", MOST_COMPONENTS, least=1)
        return {
            "accent_color": fields.integer("accent_color", 0, 0xFFFFFF),
            "spoiler": fields.boolean("spoiler"),
            "components": [self._one(path, data, IN_CONTAINER) for path, data in children],
        }

    def _custom_id(self, fields: Fields) -> str | None:
        value = fields.text("custom_id", 100, least=1, required=True)
        if value is not None and value in self._custom_ids:
            fields.wrong("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        if value is not None:
            self._custom_ids.add(value)
        return value


def _number(components: list[Json], taken: set[int]) -> None:
    """Gives every component without an id the next free number."""
    counter = 0
    for component in walk(components):
        if "id" not in component:
            counter += 1
            while counter in taken:
                counter += 1
            component["id"] = counter


def walk(components: list[Json]) -> list[Json]:
    """All components, nested ones after the one that holds them."""
    found: list[Json] = []
    for component in components:
        found.append(component)
        inner: list[Any] = list(component.get("components", []))
        inner += [component[name] for name in ("accessory", "component") if isinstance(component.get(name), dict)]
        found += walk(inner)
    return found
