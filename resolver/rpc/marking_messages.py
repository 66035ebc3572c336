"""The markings of the records that a message names, as that message tells them.

They are put on when a message is made for a view, and never kept with it: what holds then is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from ftf.resolution.v1 import decision_pb2, record_pb2
from resolver.domain.marking import Marking
from resolver.rpc.view import View

if TYPE_CHECKING:
    from google.protobuf.internal.containers import RepeatedCompositeFieldContainer

    RecordMarkings = RepeatedCompositeFieldContainer[record_pb2.RecordMarking]

_DIFFERENT: Final = 1_024
"""Markings that are kept as messages; owners have few different ones."""


def mark(field: RecordMarkings, names: Iterable[str], view: View) -> None:
    """Fills a field: one for each of the records that states any and that the view may see now, by their names."""
    for name, marking in sorted(view.markings(names).items()):
        # Half as long as to make each message anew.
        message = field.add()
        message.CopyFrom(_stated(marking))
        message.record = name


def mark_decision(message: decision_pb2.Decision, view: View) -> None:
    """Puts the markings of its records on a decision, in the place of what is there."""
    del message.record_markings[:]
    if view.has_markings:
        mark(message.record_markings, records_of_decision(message), view)


def records_of_decision(message: decision_pb2.Decision) -> Iterator[str]:
    """The names of the records in a decision; some more than once."""
    yield message.record
    for change in message.changes:
        yield from change.records
    yield from records_of_links(message.deciding_links)
    yield from records_of_links(message.broken_links)
    for task in message.review_tasks_raised:
        yield from records_of_links((task.link,))
    for task in message.review_tasks_closed:
        yield from records_of_links((task.link,))


def records_of_links(links: Iterable[decision_pb2.Link]) -> Iterator[str]:
    """The names of the records at both ends of links."""
    for link in links:
        yield link.left
        yield link.right


@lru_cache(maxsize=_DIFFERENT)
def _stated(marking: Marking) -> record_pb2.RecordMarking:
    """A marking without the record that it is of; never changed."""
    message = record_pb2.RecordMarking(
        classification=cast("record_pb2.Classification.ValueType", marking.classification),
        codes=marking.codes,
    )
    if marking.is_graded:
        message.evaluation.scheme = cast("record_pb2.EvaluationScheme.ValueType", marking.scheme)
        message.evaluation.source_code = marking.source_code
        message.evaluation.information_code = marking.information_code
    return message
