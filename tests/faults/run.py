"""`python -m tests.faults.run`: every fault many times, in turn, each with a seed of its own; writes a table."""

import argparse
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from resolver.store.keys import StoreKey
from tests.faults import full_disk, kill, killed_checkpoint, torn_log
from tests.faults.plan import records_of

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "faults.md"
KEY = StoreKey("k" * 44)
FAULTS = {
    "kill -9": kill.run,
    "kill -9, encrypted": partial(kill.run, key=KEY),
    "kill -9 in a checkpoint": killed_checkpoint.run,
    "torn log": torn_log.run,
    "torn log, encrypted": partial(torn_log.run, key=KEY),
    "full disk": full_disk.run,
}


def main():
    options = _options()
    began = time.monotonic()
    records = records_of(options.records_seed, options.records)
    done = {name: [] for name in FAULTS}
    failed = []
    commit = _commit()
    for seed in range(options.first_seed, options.first_seed + options.times):
        if time.monotonic() - began > options.minutes * 60:
            break
        for name, fault in FAULTS.items():
            with tempfile.TemporaryDirectory() as folder:
                try:
                    outcome = fault(seed, records, Path(folder))
                except AssertionError:
                    failed.append((name, seed))
                    traceback.print_exc()
                    continue
            done[name].append(outcome)
            print(
                f"{name}, seed {seed}: {outcome.note}; {outcome.acknowledged} writes had been acknowledged", flush=True
            )
    page = _page(done, failed, options, commit, time.monotonic() - began)
    print(page)
    RESULTS.write_text(page, encoding="utf-8")
    sys.exit(bool(failed))


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="Of each fault.")
    parser.add_argument("--minutes", type=float, default=120, help="No further round after so long.")
    parser.add_argument("--records", type=int, default=60)
    parser.add_argument("--records-seed", type=int, default=7)
    parser.add_argument("--first-seed", type=int, default=0)
    return parser.parse_args()


def _page(done, failed, options, commit, seconds):
    lines = [
        "# Faults",
        "",
        f"Written by `make faults` on {datetime.now(UTC):%Y-%m-%d}, commit {commit}, in {seconds / 60:.0f} minutes:"
        f" seeds from {options.first_seed} on, plans over {options.records} made-up records.",
        "",
        "After each fault: every acknowledged write is there as it was told, batches are whole, the feed has no gap,"
        " replaying it gives the memberships, the invariants hold, and repeats lose and double nothing.",
        "",
        "| fault | times | lost, doubled or by halves | writes acknowledged before | how it went |",
        "|---|---|---|---|---|",
    ]
    for name, outcomes in done.items():
        faults = sum(each == name for each, _ in failed)
        notes = Counter(outcome.note for outcome in outcomes)
        told = ", ".join(f"{note} ({count})" for note, count in notes.most_common())
        acknowledged = sum(outcome.acknowledged for outcome in outcomes)
        lines.append(f"| {name} | {len(outcomes) + faults} | {faults} | {acknowledged:,} | {told} |")
    lines += ["", *(f"- not so: {name}, seed {seed}" for name, seed in failed)]
    return "\n".join(lines).rstrip() + "\n"


def _commit():
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


if __name__ == "__main__":
    main()
