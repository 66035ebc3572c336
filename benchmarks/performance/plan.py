"""What is measured in the quick run and in the full one."""

from __future__ import annotations

from dataclasses import dataclass

SEED = 303


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes in records, times in seconds, rates in calls a second.

    `sizes` are those of the stores, in rising order; the load is put on the last. `arrivals` are records that come
    while one is measured. A figure is the median of `runs`. `peer_limit` is what one run of a peer may take.
    """

    name: str
    sizes: tuple[int, ...]
    arrivals: int
    runs: int
    call_seconds: float
    beside_seconds: float
    rates: tuple[float, ...]
    screen_rate: float
    screen_seconds: float
    messages: tuple[int, ...]
    streamed: int
    profile_seconds: int
    splink_records: int
    flat_records: int
    dedupe_records: int
    peer_runs: int
    peer_limit: float

    @property
    def largest(self) -> int:
        """The size of the store that the load is put on."""
        return self.sizes[-1]

    @property
    def taken(self) -> str:
        """How often a figure was taken, in words."""
        return "one run" if self.runs == 1 else f"medians of {self.runs} runs"


QUICK = Plan(
    name="performance",
    sizes=(2_000, 6_000, 18_000),
    arrivals=16_000,
    runs=3,
    call_seconds=5.0,
    beside_seconds=15.0,
    rates=(5.0, 20.0, 80.0),
    screen_rate=500.0,
    screen_seconds=10.0,
    messages=(100, 500, 1_000),
    streamed=1_000,
    profile_seconds=6,
    splink_records=6_000,
    flat_records=2_000,
    dedupe_records=1_000,
    peer_runs=1,
    peer_limit=90.0,
)
FULL = Plan(
    name="performance-full",
    sizes=(10_000, 50_000, 150_000, 450_000),
    arrivals=60_000,
    runs=5,
    call_seconds=20.0,
    beside_seconds=60.0,
    rates=(5.0, 20.0, 80.0),
    screen_rate=500.0,
    screen_seconds=60.0,
    messages=(100, 500, 1_000),
    streamed=5_000,
    profile_seconds=20,
    splink_records=450_000,
    flat_records=50_000,
    dedupe_records=5_000,
    peer_runs=3,
    peer_limit=1_800.0,
)
