"""What a server holds on to, sampled from outside: by `/proc` and by its own metrics."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

_KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. Bytes and counts; `seconds` since the soak began.

    `rest_bytes` is what is resident beyond what DuckDB accounts for: the store grows with its records, this must not.
    """

    seconds: float
    resident_bytes: float
    duckdb_bytes: float
    rest_bytes: float
    threads: float
    descriptors: float
    cursors: float
    tasks: float
    calls: float
    queued: float
    records: float


def sample(pid: int, metrics_address: str, seconds: float) -> Sample:
    """Looks at a process and at its metrics."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    resident = int(status["VmRSS"].split()[0]) * _KIBIBYTE
    with urllib.request.urlopen(f"http://{metrics_address}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found[one.name] = found.get(one.name, 0) + one.value
            for label in one.labels.values():
                found[f"{one.name} {label}"] = one.value
    duckdb = found["resolver_store_memory_bytes memory"]
    return Sample(
        seconds=seconds,
        resident_bytes=resident,
        duckdb_bytes=duckdb,
        rest_bytes=resident - duckdb,
        threads=float(status["Threads"]),
        descriptors=len(list(Path(f"/proc/{pid}/fd").iterdir())),
        cursors=found["resolver_store_cursors"],
        tasks=found["resolver_event_loop_tasks"],
        calls=found.get("resolver_calls_in_flight", 0),
        queued=found["resolver_queue_changes"],
        records=found["resolver_store_rows records"],
    )
