"""One level of a mapping file: what `Section` does, and values that read columns."""

from __future__ import annotations

import re
from collections.abc import Mapping

from resolver.jobs.mapping_choices import Choices
from resolver.jobs.mapping_values import DEFAULT_FORMATS, DateValue, Otherwise, Template, Value
from resolver.sections import Section, SectionInvalid

_BRACES = re.compile(r"\{[^{}]+\}")
_DIRECTIVE = re.compile(r"%(.?)")
_DIRECTIVES = frozenset("YmdbBjHMS%")


class MappingSection(Section):
    """The keys under one path. `columns` gathers, for the whole file, which key reads which column first."""

    def __init__(self, path: str, content: object, columns: dict[str, str]) -> None:
        super().__init__(path, content)
        self.columns = columns

    def section(self, key: str) -> MappingSection:
        """The keys under a key that must be there."""
        return MappingSection(self.at(key), self.required(key), self.columns)

    def optional_section(self, key: str) -> MappingSection | None:
        """The keys under a key; None when it is absent."""
        content = self.take(key)
        return None if content is None else MappingSection(self.at(key), content, self.columns)

    def sections(self, key: str, *, at_least_one: bool = False) -> list[MappingSection]:
        """A list of levels; a text in it is short for `value: text`."""
        found = self.entries(key)
        if at_least_one and not found:
            raise SectionInvalid(self.at(key), "is required, with at least one entry")
        return [
            MappingSection(f"{self.at(key)}[{place}]", {"value": each} if isinstance(each, str) else each, self.columns)
            for place, each in enumerate(found)
        ]

    def value(self, key: str, allowed: Choices | None = None) -> Value | None:
        """A value; None when the key is absent."""
        content = self.take(key)
        return None if content is None else self._value(self.at(key), content, allowed)

    def required_value(self, key: str, allowed: Choices | None = None) -> Value:
        """A value that must be there."""
        return self._value(self.at(key), self.required(key), allowed)

    def values(self, key: str, allowed: Choices | None = None) -> tuple[Value, ...]:
        """A list of values; empty when the key is absent."""
        at = self.at(key)
        return tuple(self._value(f"{at}[{place}]", each, allowed) for place, each in enumerate(self.entries(key)))

    def required_date(self, key: str) -> DateValue:
        """A date that must be there; a text is short for `value: text`."""
        content = self.required(key)
        return MappingSection(
            self.at(key), {"value": content} if isinstance(content, str) else content, self.columns
        ).as_date()

    def as_date(self) -> DateValue:
        """The level itself, read as a date."""
        template = self._template(self.at("value"), self.required("value"))
        formats = tuple(self.texts("formats")) or DEFAULT_FORMATS
        for place, pattern in enumerate(formats):
            _check_format(f"{self.at('formats')}[{place}]", pattern)
        otherwise = self._otherwise(Otherwise.REJECT, (Otherwise.REJECT, Otherwise.ABSENT))
        self.finish()
        return DateValue(self.path, template, formats, otherwise)

    def _value(self, at: str, content: object, allowed: Choices | None) -> Value:
        section = MappingSection(at, {"value": content} if isinstance(content, str) else content, self.columns)
        template = section._template(at, section.required("value"))
        exchanged = section._map(allowed)
        split = section.take("split")
        if split is not None and (not isinstance(split, str) or not split):
            raise SectionInvalid(f"{at}.split", "must be a text")
        standard = Otherwise.REJECT if allowed else Otherwise.KEEP
        value = Value(at, template, exchanged, section._otherwise(standard, tuple(Otherwise)), split or "", allowed)
        section.finish()
        if allowed and not template.columns:
            _check_choice(at, template.text, allowed)
        return value

    def _template(self, at: str, text: object) -> Template:
        if not isinstance(text, str) or not text.strip():
            raise SectionInvalid(at, "must be a text with columns in braces, such as '{surname}'; put it in quotes")
        if set(_BRACES.sub("", text)) & set("{}"):
            raise SectionInvalid(at, "has a brace without its partner")
        template = Template(text)
        for column in template.columns:
            self.columns.setdefault(column, at)
        return template

    def _map(self, allowed: Choices | None) -> dict[str, str]:
        content = self.take("map")
        if content is None:
            return {}
        at = self.at("map")
        if not isinstance(content, Mapping):
            raise SectionInvalid(at, "must be texts and what they become")
        for text, becomes in content.items():
            # YAML reads a bare `no` as false: the Norwegian value would silently be lost.
            if not isinstance(text, str) or not isinstance(becomes, str | None):
                raise SectionInvalid(f"{at}.{text}", "both sides must be texts; put them in quotes")
            if allowed and becomes:
                _check_choice(f"{at}.{text}", becomes, allowed)
        return {text.strip().casefold(): becomes or "" for text, becomes in content.items()}

    def _otherwise(self, standard: Otherwise, allowed: tuple[Otherwise, ...]) -> Otherwise:
        text = self.take("otherwise")
        if text is None:
            return standard
        if text not in [each.value for each in allowed]:
            raise SectionInvalid(self.at("otherwise"), f"must be one of {', '.join(each.value for each in allowed)}")
        return Otherwise(text)


def _check_choice(at: str, text: str, allowed: Choices) -> None:
    if text.upper().removeprefix(allowed.prefix) not in allowed.names:
        raise SectionInvalid(at, f"must be one of {', '.join(sorted(allowed.names))}")


def _check_format(at: str, pattern: str) -> None:
    directives = _DIRECTIVE.findall(pattern)
    # A two-digit year would have to be guessed at; it is refused rather than moved by a century.
    if "Y" not in directives:
        raise SectionInvalid(at, "must have the year with its four digits, %Y")
    for directive in directives:
        if directive not in _DIRECTIVES:
            raise SectionInvalid(
                at, f"%{directive} is not known; known: {' '.join('%' + d for d in sorted(_DIRECTIVES))}"
            )
