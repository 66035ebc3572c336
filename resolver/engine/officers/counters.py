"""What is given out in rising order: numbers of records, places in the feed, commit times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Counters:
    """The last record number, place in the feed, and commit time (UTC, without zone) that were given."""

    number: int
    sequence: int
    time: datetime
