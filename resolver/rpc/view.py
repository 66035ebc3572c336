"""What a caller is shown of a store, and how it counts there.

Whoever shares a view may share a cursor. All numbers that leave count what the view is told, and no more: names of
decisions, cursors, tokens, page tokens, and etags that follow from decisions. `store.places` counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final

from resolver.domain.feed import FeedPlace
from resolver.domain.handling import Viewer
from resolver.domain.marking import UNMARKED, Marked, Marking
from resolver.domain.review import TASKS_OF_ONE
from resolver.store.markings import Markings
from resolver.store.places import Places
from resolver.store.views import etag_of

MARK_BYTES: Final = 6
"""Some thousand views in 2**48 marks: two that share one come up once in half a billion stores."""
NOWHERE: Final = 2**62
"""A place that no feed reaches, for one that the view has not reached."""
_ETAG: Final = re.compile(r'"([0-9]{1,18})"')
_NO_ETAG: Final = etag_of(0)
"""The etag of nothing that there is."""
_NO_TASK: Final = 1
"""The number of no task: no decision raised it."""


@dataclass(frozen=True, slots=True)
class View:
    """The store, and the mark of the view; without a mark what is given is good in every view.

    `former_mark` is that which earlier versions gave to the view, together with those of other purposes. `key` seals
    what is given to all. Calls that turn numbers may read the store, and block, where the view is not told everything.
    `marked` has the markings of records, but of those that are in `stated`.
    """

    store_id: int
    mark: bytes = b""
    former_mark: bytes = b""
    viewer: Viewer | None = field(default=None, repr=False)
    places: Places | None = field(default=None, repr=False, compare=False)
    key: bytes = field(default=b"", repr=False)
    marked: Markings | None = field(default=None, repr=False, compare=False)
    stated: Mapping[str, Marked] = field(default_factory=dict, repr=False, compare=False)

    @property
    def has_markings(self) -> bool:
        """Whether there may be a record that states any."""
        return bool(self.marked or self.stated)

    def markings(self, names: Iterable[str]) -> dict[str, Marking]:
        """What those of some records state for people to go by that state any, and that the view may see now.

        Does not block.
        """
        if not self.stated:
            return self.marked.shown(names, self.viewer) if self.marked else {}
        named, known = set(names), self.stated.keys()
        found = self.marked.shown(named - known, self.viewer) if self.marked else {}
        said = {name: self.stated[name] for name in named & known}
        shown = {name: each.marking for name, each in said.items() if each.shown_to(self.viewer)}
        return found | {name: marking for name, marking in shown.items() if marking != UNMARKED}

    def stating(self, stated: Mapping[str, Marked]) -> View:
        """The view as it would be if some records stated what they are said to."""
        return replace(self, stated=stated)

    @property
    def counts_everything(self) -> bool:
        """Whether places are sequences, as they are."""
        return self.places is None or self.places.counts_everything(self.viewer)

    def covers(self, sequence: int) -> bool:
        """Whether the numbers of decisions up to one can be turned without reading the store."""
        return self.places is None or self.places.covers(self.viewer, sequence)

    def place(self, sequence: int) -> int:
        """How many decisions the view is told up to one of the whole feed."""
        return sequence if self.places is None else self.places.place(self.viewer, sequence)

    def sequence(self, place: int) -> int | None:
        """The sequence of the decision at a place; None where the view has not come so far."""
        return place if self.places is None else self.places.sequence(self.viewer, place)

    def after(self, place: int) -> int:
        """The sequence after which a list goes on that was given out up to a place."""
        found = self.sequence(place)
        return NOWHERE if found is None else found

    def shown(self, place: FeedPlace) -> FeedPlace:
        """A place of the whole feed as the view counts it: after the last decision before it that the view is told."""
        return place if self.places is None else self.places.shown(self.viewer, place)

    def etag(self, revision: int) -> str:
        """The etag of what last changed by a decision of the whole feed."""
        return etag_of(self.place(revision))

    def etag_within(self, etag: str) -> str:
        """The same etag as it is compared inside: of a decision of the whole feed. What is no etag is left alone."""
        found = _ETAG.fullmatch(etag)
        if found is None or self.counts_everything:
            return etag
        sequence = self.sequence(int(found[1]))
        return _NO_ETAG if sequence is None else etag_of(sequence)

    def task_number(self, revision: int) -> int:
        """The number of a review task, which is that of the decision that raised it and one among its tasks."""
        raised_by, which = divmod(revision, TASKS_OF_ONE)
        return self.place(raised_by) * TASKS_OF_ONE + which

    def task_revision(self, number: int) -> int:
        """The number of a review task as it is inside, from the one that the view is shown."""
        place, which = divmod(number, TASKS_OF_ONE)
        sequence = self.sequence(place)
        return _NO_TASK if sequence is None else sequence * TASKS_OF_ONE + which

    def task_etag_within(self, etag: str) -> str:
        """The etag of a review task as it is compared inside."""
        found = _ETAG.fullmatch(etag)
        if found is None or self.counts_everything:
            return etag
        return etag_of(self.task_revision(int(found[1])))


def view_of(
    viewer: Viewer | None,
    store_id: int,
    places: Places | None = None,
    key: bytes = b"",
    marked: Markings | None = None,
) -> View:
    """The view of a viewer, or of plain text, which is told everything.

    The mark is a digest, so that a cursor that is kept or passed on names nobody. It keeps no secret and opens nothing:
    what a caller may see follows from its certificate and purpose.
    """
    if viewer is None:
        return View(store_id, _mark(""), places=places, key=key, marked=marked)
    former = f"{viewer.country}/{viewer.authority}"
    return View(store_id, _mark(f"{former}/{viewer.purpose}"), _mark(former), viewer, places, key, marked)


def _mark(named: str) -> bytes:
    return blake2b(named.encode(), person=b"view", digest_size=MARK_BYTES).digest()
