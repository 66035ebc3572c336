"""Lists of decisions: which come next in a view, as messages with their places in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ftf.resolution.v1 import decision_pb2
from resolver.domain.decision import Decision
from resolver.domain.handling import Viewer
from resolver.rpc.decision_messages import decision_to_message
from resolver.rpc.paging import Page
from resolver.rpc.view import View

ReadDecisions = Callable[[int, int, Viewer | None], Sequence[Decision]]
"""Reads decisions after a sequence, at most so many, that a viewer is told."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A decision of a list, and its place in the view."""

    message: decision_pb2.Decision
    place: int


def decisions_after(read: ReadDecisions, page: Page, view: View) -> list[Listed]:
    """The decisions of a page, and one more where there are more. Reads the store, and blocks."""
    found = read(view.after(page.position), page.size + 1, view.viewer)
    return [Listed(decision_to_message(decision, view), view.place(decision.sequence)) for decision in found]
