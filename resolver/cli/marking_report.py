"""Markings as a reader wants them: what the owners of records state for people to go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ftf.resolution.v1.record_pb2 import Classification, EvaluationScheme, RecordMarking
from resolver.cli.words import state_name


def marking_words(marking: RecordMarking) -> str:
    """`CONFIDENTIAL, H3, H1, graded B 2 by EUROPOL_4X4`; a number for what this version does not know."""
    grading = marking.evaluation
    graded = [code for code in (grading.source_code, grading.information_code) if code]
    if grading.scheme:
        graded.append(f"by {state_name(EvaluationScheme.DESCRIPTOR, grading.scheme)}")
    classified = [state_name(Classification.DESCRIPTOR, marking.classification)] if marking.classification else []
    return ", ".join([*classified, *marking.codes, *([f"graded {' '.join(graded)}"] if graded else [])])


def marking_lines(markings: Iterable[RecordMarking]) -> Iterator[str]:
    """A line for each record that is marked."""
    yield from (f"  marked    {each.record}: {marking_words(each)}" for each in markings)


def words_by_record(markings: Iterable[RecordMarking]) -> Mapping[str, str]:
    """What is to stand behind the name of a record, by that name; nothing for a record that is not marked."""
    return {each.record: f"  {marking_words(each)}" for each in markings}
