"""Tables of a page for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

MET = {True: "yes", False: "no", None: "–"}
"""Whether what is asked is met; None: nothing can be said, since it was not measured or on too few records."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table in Markdown."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
