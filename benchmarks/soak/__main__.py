"""`make soak`: ten minutes unless told otherwise; the findings go to `benchmarks/results/soak.*`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from benchmarks.soak.page import page
from benchmarks.soak.plot import picture
from benchmarks.soak.run import ALLOWANCES, Soaked, soak
from benchmarks.stamp import Stamp, stamp

RESULTS = Path(__file__).parents[1] / "results"


def main() -> int:
    """Soaks, writes the findings, and says by the exit status whether it passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    at = stamp()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder, console.status("making up records") as status:
        soaked = soak(Path(folder), asked.seconds, asked.seed, 1.0, status.update)
    _write(asked.output, soaked, at)
    print(page(soaked, at))
    return 0 if soaked.passed else 1


def _write(folder: Path, soaked: Soaked, at: Stamp) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    seconds = [one.seconds for one in soaked.samples]
    measures = {
        name: [getattr(one, name) for one in soaked.samples]
        for name in (*ALLOWANCES, "tasks", "calls", "queued", "records")
    }
    (folder / "soak.svg").write_text(picture(seconds, measures), encoding="utf-8")
    (folder / "soak.md").write_text(page(soaked, at), encoding="utf-8")
    result = {
        "stamp": asdict(at),
        "seconds": soaked.seconds,
        "seed": soaked.seed,
        "passed": soaked.passed,
        "faults": soaked.faults,
        "findings": {name: {**asdict(found), "flat": found.flat} for name, found in soaked.findings.items()},
        "outcomes": [[*key, count] for key, count in sorted(soaked.account.outcomes.items())],
        "samples": [asdict(one) for one in soaked.samples],
    }
    (folder / "soak.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
