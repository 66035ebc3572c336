"""What people write in YAML: a level hands out its keys with checks, and refuses those that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml


class SectionInvalid(Exception):
    """A file is wrong; `key` is the path of the wrong key, such as `names[0].full_name`, and empty for the whole."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}" if key else message)
        self.key = key
        self.message = message


class _OnceOnly(yaml.SafeLoader):
    """Refuses a key that stands twice on one level, where YAML's own loader silently takes the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        given = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        doubled = next((key for place, key in enumerate(given) if key in given[:place] and key != "<<"), None)
        if doubled is not None:
            line = node.start_mark.line + 1
            raise SectionInvalid("", f"{doubled!r} stands twice among the keys that begin in line {line}")
        return super().construct_mapping(node, deep)


def read_yaml(text: str) -> object:
    """What a YAML text says.

    Raises:
        SectionInvalid: it is no YAML, or has a key twice.
    """
    try:
        return yaml.load(text, _OnceOnly)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError) as error:
        # A ValueError is what looks like a date or a number and is none.
        raise SectionInvalid("", f"is not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise SectionInvalid("", "is nested too deeply") from None


class Section:
    """The keys under one path."""

    def __init__(self, path: str, content: object) -> None:
        if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
            raise SectionInvalid(path, "must be keys with values")
        self.path = path
        self._content: dict[str, object] = content
        self._taken: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        """All keys, in the order of the file."""
        return iter(self._content)

    def finish(self) -> None:
        """Raises `SectionInvalid` for a key that was never asked for, with those that may stand there."""
        for key in self._content:
            if key not in self._taken:
                raise SectionInvalid(self.at(key), f"is not known; known here: {', '.join(sorted(self._taken))}")

    def texts(self, key: str) -> list[str]:
        """A list of plain texts; empty when the key is absent."""
        texts = []
        for place, text in enumerate(self.entries(key)):
            if not isinstance(text, str):
                raise SectionInvalid(f"{self.at(key)}[{place}]", "must be a text; put it in quotes")
            texts.append(text)
        return texts

    def required_text(self, key: str) -> str:
        """A plain text that must be there."""
        text = self.required(key)
        if not isinstance(text, str) or not text:
            raise SectionInvalid(self.at(key), "must be a text")
        return text

    def entries(self, key: str) -> list[object]:
        """A list; empty when the key is absent."""
        content = self.take(key)
        if content is None:
            return []
        if not isinstance(content, list):
            raise SectionInvalid(self.at(key), "must be a list; begin each entry with a dash")
        return content

    def required(self, key: str) -> object:
        """What stands under a key that must be there."""
        content = self.take(key)
        if content is None:
            raise SectionInvalid(self.at(key), "is required")
        return content

    def take(self, key: str) -> object:
        """What stands under a key, None when it is absent; from now on the key is known."""
        self._taken.add(key)
        return self._content.get(key)

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key
