"""The list of scenarios, the words in it that stand for something else, and how an outcome is compared with it."""

import re
import uuid
from pathlib import Path

import yaml
from google.protobuf import json_format

from tests.rpc.examples import person

ROOT = Path(__file__).parents[2]
SCENARIOS = yaml.safe_load((ROOT / "clients" / "conformance" / "scenarios.yaml").read_text(encoding="utf-8"))
_MANY = re.compile(r"\$(person|people|names)\((\d+)(?:\.\.(\d+))?\)")


class Words:
    """What the words of one run stand for."""

    def __init__(self, **known: str):
        self.unique = f"t{uuid.uuid4().hex[:12]}"
        self._known = {"unique": self.unique, **known}

    def keep(self, name: str, value: str) -> None:
        """Lets `$name` stand for a value from now on."""
        self._known[name] = value

    def replaced(self, content):
        """The content with every word replaced."""
        if isinstance(content, dict):
            return {key: self.replaced(value) for key, value in content.items()}
        if isinstance(content, list):
            return [self.replaced(each) for each in content]
        if not isinstance(content, str):
            return content
        if many := _MANY.fullmatch(content):
            return self._people(*many.groups())
        if content == "$uuid":
            return str(uuid.uuid4())
        return re.sub(r"\$(\w+)", lambda word: str(self._known.get(word[1], word[0])), content)

    def _people(self, kind, first, last):
        if kind == "person":
            return self._person(int(first))
        numbers = range(int(first), int(last) + 1) if last else range(1, int(first) + 1)
        return [self._name(number) if kind == "names" else self._person(number) for number in numbers]

    def _name(self, number):
        return f"sources/{self.unique}/records/{number}"

    def _person(self, number):
        return json_format.MessageToDict(person(self._name(number)))


def value_at(outcome, path: str):
    """The value under a path as `ok.results.0.decision`."""
    for key in path.split("."):
        outcome = outcome[int(key)] if key.isdecimal() else outcome[key]
    return outcome


def differences(expected, found, path: str = "") -> list[str]:
    """Where an outcome is not as expected; what is not expected may be there."""
    if expected == "$any":
        return [] if found not in (None, "", [], {}) else [f"{path}: is empty"]
    if expected == "$absent":
        return [] if found in (None, "", [], {}) else [f"{path}: is {found!r}"]
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{path}: expected {expected!r}, found {found!r}"]
        return [each for key, value in expected.items() for each in differences(value, found.get(key), f"{path}.{key}")]
    if isinstance(expected, list):
        if not isinstance(found, list) or len(expected) != len(found):
            return [f"{path}: expected {expected!r}, found {found!r}"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [each for place, (one, other) in pairs for each in differences(one, other, f"{path}[{place}]")]
    return [] if expected == found else [f"{path}: expected {expected!r}, found {found!r}"]
