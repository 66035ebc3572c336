"""How long one write takes where very many records hang together: the partition, and the whole write path."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from resolver.domain.record import BirthDate, ClaimedIdentity, DatePrecision, PersonName, Record, TravelDocument
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine, open_engine
from resolver.identity.conflicts import Facts
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD

RECORDS = 2_000
BEARERS = 1_000
_RUNS = 5
_FIRST_DAY = date(1950, 1, 1)
_SYLLABLES = [consonant + vowel for consonant in "bdfgjklmnprstvz" for vowel in "aeiou"]
_MERGES = 30.0


@dataclass(frozen=True, slots=True)
class HubFigures:
    """Medians of several writes, in seconds."""

    star: float
    tangle: float
    passport: float


def hub_figures() -> HubFigures:
    """One more record for a star, for a tangle of ten pairs a record, and for those who bear one stolen passport."""
    return HubFigures(star=_median(_star), tangle=_median(_tangle), passport=_passport())


def star(days: int) -> Neighbourhood:
    """Records born on so many days, which the first, of unknown birth, all has merging pairs with."""
    around = _born(days)
    for record in range(2, RECORDS):
        around.submit(record, around.facts[record], [])
    around.submit(1, Facts("r1"), [Pair(1, record, _MERGES) for record in range(2, RECORDS)])
    return around


def _born(days: int) -> Neighbourhood:
    around = Neighbourhood(STANDARD)
    for record in range(1, RECORDS):
        around.facts[record] = Facts(f"r{record}", birth_days=frozenset({_day(record % days)}))
    return around


def _day(number: int) -> str:
    return f"{_FIRST_DAY + timedelta(days=37 * number):%Y%m%d}"


def _star() -> float:
    around = star(RECORDS)
    with _timed() as taken:
        around.submit(RECORDS, Facts(f"r{RECORDS}", birth_days=frozenset({_day(0)})), [Pair(1, RECORDS, _MERGES)])
    return taken[0]


def _tangle() -> float:
    draw = random.Random(7)
    around = _born(200)
    for _ in range(10 * RECORDS):
        one, other = sorted(draw.sample(range(1, RECORDS), 2))
        around.add_pair(Pair(one, other, draw.uniform(8, 30)))
    around.identities = {record: record for record in around.facts}
    pairs = [Pair(other, RECORDS, draw.uniform(8, 30)) for other in draw.sample(range(1, RECORDS), 10)]
    around.submit(RECORDS - 1, around.facts[RECORDS - 1], list(around.pairs[RECORDS - 1].values()))
    with _timed() as taken:
        around.submit(RECORDS, Facts(f"r{RECORDS}", birth_days=frozenset({_day(1)})), pairs)
    return taken[0]


def _passport() -> float:
    engine = open_engine(None)
    try:
        for start in range(0, BEARERS, 100):
            _send(engine, [_bearer(number) for number in range(start, start + 100)])
        runs = []
        for number in range(BEARERS, BEARERS + _RUNS):
            with _timed() as taken:
                _send(engine, [_bearer(number)])
            runs.append(taken[0])
        return statistics.median(runs)
    finally:
        engine.close()


def _bearer(number: int) -> Record:
    """One of many people of unlike names and births who all showed one passport."""
    draw = random.Random(number)
    name = " ".join("".join(draw.choices(_SYLLABLES, k=4)).capitalize() for _ in range(3))
    born = _FIRST_DAY + timedelta(days=draw.randrange(16_000))
    births = (BirthDate(born, born, DatePrecision.DAY),)
    identity = ClaimedIdentity(names=(PersonName(name),), births=births, nationalities=("RUS",))
    passport = TravelDocument("passport", "AB1234567", "RUS")
    return Record(f"sources/hub/records/{number}", "FRA", "made up", (identity,), (passport,))


def _send(engine: Engine, records: list[Record]) -> None:
    engine.submit(Write(tuple(Submission(record, record.name.encode(), "") for record in records))).result()


def _median(run: Callable[[], float]) -> float:
    return statistics.median(run() for _ in range(_RUNS))


@contextmanager
def _timed() -> Iterator[list[float]]:
    taken: list[float] = []
    start = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - start)
