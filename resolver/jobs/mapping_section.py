"""One level of a mapping file: hands out its keys with checks, and refuses those that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from resolver.jobs.mapping_choices import Choices
from resolver.jobs.mapping_values import DEFAULT_FORMATS, DateValue, Otherwise, Template, Value

_BRACES = re.compile(r"\{[^{}]+\}")
_DIRECTIVE = re.compile(r"%(.?)")
_DIRECTIVES = frozenset("YmdbBjHMS%")


class MappingInvalid(Exception):
    """A mapping file is wrong; `key` is the path of the wrong key, such as `names[0].full_name`."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}" if key else message)
        self.key = key
        self.message = message


class Section:
    """The keys under one path. `columns` gathers, for the whole file, which key reads which column first."""

    def __init__(self, path: str, content: object, columns: dict[str, str]) -> None:
        if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
            raise MappingInvalid(path, "must be keys with values")
        self.path = path
        self.columns = columns
        self._content: dict[str, object] = content
        self._taken: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        """All keys, in the order of the file."""
        return iter(self._content)

    def finish(self) -> None:
        """Raises `MappingInvalid` for a key that was never asked for, with those that may stand there."""
        for key in self._content:
            if key not in self._taken:
                raise MappingInvalid(self._at(key), f"is not known; known here: {', '.join(sorted(self._taken))}")

    def texts(self, key: str) -> list[str]:
        """A list of plain texts; empty when the key is absent."""
        texts = []
        for place, text in enumerate(self._list(key)):
            if not isinstance(text, str):
                raise MappingInvalid(f"{self._at(key)}[{place}]", "must be a text; put it in quotes")
            texts.append(text)
        return texts

    def required_text(self, key: str) -> str:
        """A plain text that must be there."""
        text = self._required(key)
        if not isinstance(text, str) or not text:
            raise MappingInvalid(self._at(key), "must be a text")
        return text

    def section(self, key: str) -> Section:
        """The keys under a key that must be there."""
        return Section(self._at(key), self._required(key), self.columns)

    def optional_section(self, key: str) -> Section | None:
        """The keys under a key; None when it is absent."""
        content = self._take(key)
        return None if content is None else Section(self._at(key), content, self.columns)

    def sections(self, key: str, *, at_least_one: bool = False) -> list[Section]:
        """A list of levels; a text in it is short for `value: text`."""
        found = self._list(key)
        if at_least_one and not found:
            raise MappingInvalid(self._at(key), "is required, with at least one entry")
        return [
            Section(f"{self._at(key)}[{place}]", {"value": each} if isinstance(each, str) else each, self.columns)
            for place, each in enumerate(found)
        ]

    def value(self, key: str, allowed: Choices | None = None) -> Value | None:
        """A value; None when the key is absent."""
        content = self._take(key)
        return None if content is None else self._value(self._at(key), content, allowed)

    def required_value(self, key: str, allowed: Choices | None = None) -> Value:
        """A value that must be there."""
        return self._value(self._at(key), self._required(key), allowed)

    def values(self, key: str, allowed: Choices | None = None) -> tuple[Value, ...]:
        """A list of values; empty when the key is absent."""
        at = self._at(key)
        return tuple(self._value(f"{at}[{place}]", each, allowed) for place, each in enumerate(self._list(key)))

    def required_date(self, key: str) -> DateValue:
        """A date that must be there; a text is short for `value: text`."""
        content = self._required(key)
        return Section(
            self._at(key), {"value": content} if isinstance(content, str) else content, self.columns
        ).as_date()

    def as_date(self) -> DateValue:
        """The level itself, read as a date."""
        template = self._template(self._at("value"), self._required("value"))
        formats = tuple(self.texts("formats")) or DEFAULT_FORMATS
        for place, pattern in enumerate(formats):
            _check_format(f"{self._at('formats')}[{place}]", pattern)
        otherwise = self._otherwise(Otherwise.REJECT, (Otherwise.REJECT, Otherwise.ABSENT))
        self.finish()
        return DateValue(self.path, template, formats, otherwise)

    def _value(self, at: str, content: object, allowed: Choices | None) -> Value:
        section = Section(at, {"value": content} if isinstance(content, str) else content, self.columns)
        template = section._template(at, section._required("value"))
        exchanged = section._map(allowed)
        split = section._take("split")
        if split is not None and (not isinstance(split, str) or not split):
            raise MappingInvalid(f"{at}.split", "must be a text")
        standard = Otherwise.REJECT if allowed else Otherwise.KEEP
        value = Value(at, template, exchanged, section._otherwise(standard, tuple(Otherwise)), split or "", allowed)
        section.finish()
        if allowed and not template.columns:
            _check_choice(at, template.text, allowed)
        return value

    def _template(self, at: str, text: object) -> Template:
        if not isinstance(text, str) or not text.strip():
            raise MappingInvalid(at, "must be a text with columns in braces, such as '{surname}'; put it in quotes")
        if set(_BRACES.sub("", text)) & set("{}"):
            raise MappingInvalid(at, "has a brace without its partner")
        template = Template(text)
        for column in template.columns:
            self.columns.setdefault(column, at)
        return template

    def _map(self, allowed: Choices | None) -> dict[str, str]:
        content = self._take("map")
        if content is None:
            return {}
        at = self._at("map")
        if not isinstance(content, Mapping):
            raise MappingInvalid(at, "must be texts and what they become")
        for text, becomes in content.items():
            # YAML reads a bare `no` as false: the Norwegian value would silently be lost.
            if not isinstance(text, str) or not isinstance(becomes, str | None):
                raise MappingInvalid(f"{at}.{text}", "both sides must be texts; put them in quotes")
            if allowed and becomes:
                _check_choice(f"{at}.{text}", becomes, allowed)
        return {text.strip().casefold(): becomes or "" for text, becomes in content.items()}

    def _otherwise(self, standard: Otherwise, allowed: tuple[Otherwise, ...]) -> Otherwise:
        text = self._take("otherwise")
        if text is None:
            return standard
        if text not in [each.value for each in allowed]:
            raise MappingInvalid(self._at("otherwise"), f"must be one of {', '.join(each.value for each in allowed)}")
        return Otherwise(text)

    def _list(self, key: str) -> list[object]:
        content = self._take(key)
        if content is None:
            return []
        if not isinstance(content, list):
            raise MappingInvalid(self._at(key), "must be a list; begin each entry with a dash")
        return content

    def _required(self, key: str) -> object:
        content = self._take(key)
        if content is None:
            raise MappingInvalid(self._at(key), "is required")
        return content

    def _take(self, key: str) -> object:
        self._taken.add(key)
        return self._content.get(key)

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _check_choice(at: str, text: str, allowed: Choices) -> None:
    if text.upper().removeprefix(allowed.prefix) not in allowed.names:
        raise MappingInvalid(at, f"must be one of {', '.join(sorted(allowed.names))}")


def _check_format(at: str, pattern: str) -> None:
    directives = _DIRECTIVE.findall(pattern)
    # A two-digit year would have to be guessed at; it is refused rather than moved by a century.
    if "Y" not in directives:
        raise MappingInvalid(at, "must have the year with its four digits, %Y")
    for directive in directives:
        if directive not in _DIRECTIVES:
            raise MappingInvalid(
                at, f"%{directive} is not known; known: {' '.join('%' + d for d in sorted(_DIRECTIVES))}"
            )
