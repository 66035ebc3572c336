"""Reads a retention policy and says of every mistake under which key it stands."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from resolver.access.patterns import SourcePattern, source_pattern
from resolver.domain.retention import RecordClass
from resolver.retention.policy import Periods, RetentionPolicy
from resolver.sections import Section, SectionInvalid, read_yaml

_CLASSES: Final = tuple(each.name for each in RecordClass if each is not RecordClass.UNSPECIFIED)
_MOST_YEARS: Final = 100
_MOST_NOTICE: Final = 3650
"""Days."""


class RetentionFileError(Exception):
    """A retention policy cannot be used; names the file, and the key that is wrong."""


def parse(text: str) -> RetentionPolicy:
    """The policy that a YAML text states.

    Raises:
        SectionInvalid: it names the key that is wrong, such as `classes[2].review_years`.
    """
    top = Section("", read_yaml(text))
    notice = timedelta(days=_whole(top, "notice_days", _MOST_NOTICE))
    default = Section("default", top.required("default"))
    periods = {RecordClass.UNSPECIFIED: _periods(default)}
    default.finish()
    for place, content in enumerate(top.entries("classes")):
        section = Section(f"classes[{place}]", content)
        record_class = _class(section)
        if record_class in periods:
            raise SectionInvalid(section.at("class"), f"{record_class.name} has an entry already")
        periods[record_class] = _periods(section)
        section.finish()
    sources = tuple(_source(Section(f"sources[{at}]", each)) for at, each in enumerate(top.entries("sources")))
    top.finish()
    return RetentionPolicy(notice, periods, sources)


def read_policy(path: Path) -> RetentionPolicy:
    """The policy of a file.

    Raises:
        RetentionFileError: it cannot be read, or is wrong.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RetentionFileError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RetentionFileError(f"{path} is not UTF-8") from None
    except SectionInvalid as error:
        raise RetentionFileError(f"{path}: {error}") from None


def standard_policy() -> RetentionPolicy:
    """The policy that is shipped."""
    return parse(files("resolver.retention").joinpath("standard.yaml").read_text(encoding="utf-8"))


def _periods(section: Section) -> Periods:
    review, expiry, longest = (
        _whole(section, key, _MOST_YEARS) for key in ("review_years", "expiry_years", "longest_years")
    )
    if review > expiry:
        raise SectionInvalid(section.at("review_years"), "must not be more than expiry_years")
    if expiry > longest:
        raise SectionInvalid(section.at("expiry_years"), "must not be more than longest_years")
    return Periods(review, expiry, longest)


def _source(section: Section) -> tuple[SourcePattern, RecordClass]:
    pattern = source_pattern(section.required_text("source"))
    if pattern is None:
        raise SectionInvalid(section.at("source"), "must be a source's key, or the beginning of several, such as fra-*")
    given = pattern, _class(section)
    section.finish()
    return given


def _class(section: Section) -> RecordClass:
    name = section.required_text("class")
    if name not in _CLASSES:
        raise SectionInvalid(section.at("class"), f"must be one of {', '.join(_CLASSES)}")
    return RecordClass[name]


def _whole(section: Section, key: str, most: int) -> int:
    number = section.required(key)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise SectionInvalid(section.at(key), f"must be a whole number from 1 to {most:,}")
    return number
