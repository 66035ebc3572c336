"""A deliberately worse model and then a better one, planned, applied and rolled back on one holding, against its truth.

    python -m benchmarks.changing_a_model

What `docs/changing-a-model.md` shows, with the figures that a person looks at: the holding is loaded; a model that was
trained on next to nothing is refused by the limits of its plan, then applied without them all the same; and a model
that was trained on more takes over from that. Models are trained on other seeds than the holding's. Every plan is
applied by the commands, and pairwise precision and recall are those of the store afterwards. Results go to
`benchmarks/results/changing-a-model.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.markdown import table
from benchmarks.performance.holdings import CACHE
from benchmarks.stamp import Stamp, stamp
from resolver.engine.asked.models import ApproveModel
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.jobs.evaluation import PairFigures, evaluate
from resolver.jobs.truth import TrueRecord, read_truth
from resolver.linkage.model import read_model

RESULTS: Final = Path(__file__).parent / "results"
_MOST_IDENTITIES: Final = "2"
"""Per cent of identities that the plan of the worse model may change."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Records of the holding, and those and the sampled pairs that both models are trained on, each of a seed."""

    holding: int = 6_000
    worse: int = 300
    worse_pairs: int = 10_000
    better: int = 20_000
    better_pairs: int = 1_000_000
    seed: int = 303
    worse_seed: int = 1
    better_seed: int = 202


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, the plan as the command tells it (none at first), and the store afterwards against the truth."""

    words: str
    plan: Mapping[str, Any] | None
    identities: int
    pairs: PairFigures


def main() -> None:
    """Does it all, prints the page, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=Sizes().holding)
    parser.add_argument(
        "--better", type=int, default=Sizes().better, help="records that the better model is trained on"
    )
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    sizes, at = Sizes(holding=asked.records, better=asked.better), stamp()
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        steps = list(changed(Path(folder), sizes))
    page = "\n".join(_page(at, sizes, steps)) + "\n"
    (asked.output / "changing-a-model.md").write_text(page, encoding="utf-8")
    print(page)


def changed(folder: Path, sizes: Sizes) -> Iterator[Step]:
    """The steps, one after another."""
    records, truth_file = _generated(folder, "holding", sizes.seed, sizes.holding)
    truth, store = read_truth(truth_file), folder / "store.duckdb"
    _resolver("load", records, "--database", store, "--holding", sizes.holding)
    yield _step("loaded with the shipped model", None, store, truth)
    worse = _trained(folder, "worse", sizes.worse_seed, sizes.worse, sizes.worse_pairs)
    limited = _plan(store, worse, "--most-identities", _MOST_IDENTITIES)
    yield _step(f"worse model planned, at most {_MOST_IDENTITIES} % of identities may change", limited, store, truth)
    _approve(store, worse)
    yield _applied("worse model applied without limits", store, worse, truth)
    yield _rolled_back(store, truth)
    yield _applied("worse model applied again", store, worse, truth)
    better = _trained(folder, "better", sizes.better_seed, sizes.better, sizes.better_pairs)
    _approve(store, better)
    yield _applied("better model applied", store, better, truth)


def _applied(words: str, store: Path, model: Path, truth: Sequence[TrueRecord]) -> Step:
    _plan(store, model)
    return _step(words, _told("reresolve", store, "--apply"), store, truth)


def _rolled_back(store: Path, truth: Sequence[TrueRecord]) -> Step:
    return _step("rolled back", _told("reresolve", store, "--rollback"), store, truth)


def _step(words: str, plan: Mapping[str, Any] | None, store: Path, truth: Sequence[TrueRecord]) -> Step:
    _resolver("check", store)
    engine = open_engine(store, policy=None)
    try:
        found = {
            record: identity.name for identity in engine.reader.identities(0, 2**31, 0) for record in identity.records
        }
    finally:
        engine.close()
    return Step(words, plan, len(set(found.values())), evaluate(truth, found).pairs)


def _generated(folder: Path, name: str, seed: int, records: int) -> tuple[Path, Path]:
    lines, truth = folder / f"{name}.jsonl", folder / f"{name}.csv"
    _resolver("generate", "--records", records, "--seed", seed, "--output", lines, "--truth", truth)
    return lines, truth


def _trained(folder: Path, name: str, seed: int, records: int, sampled: int) -> Path:
    lines, truth = _generated(folder, name, seed, records)
    models = folder / "models" / name
    models.mkdir(parents=True)
    _resolver(
        *("train", "--records", lines, "--truth", truth, "--sampled-pairs", sampled, "--output", models, "--no-report")
    )
    (model,) = models.iterdir()
    return model


def _plan(store: Path, model: Path, *limits: str) -> Mapping[str, Any]:
    return _told("reresolve", store, "--plan", "--model", model, *limits)


def _approve(store: Path, model: Path) -> None:
    """Two people approve of a model, as `resolver models approve` has a server write it down."""
    texts = read_model(model)
    engine = open_engine(store, policy=None)
    try:
        for examiner in ("examiner 1", "examiner 2"):
            vetting = ApproveModel(texts.name, texts.digest, examiner, "", "to be measured")
            engine.submit(Write((), atomic=True, vetting=vetting)).result()
    finally:
        engine.close()


def _told(*words: object) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(_resolver(*words, "--json"))
    return told


def _resolver(*words: object) -> str:
    command = [sys.executable, "-m", "resolver.cli", *map(str, words)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603 - our own command


def _page(at: Stamp, sizes: Sizes, steps: Sequence[Step]) -> Iterator[str]:
    yield "# Changing a model, for worse and for better"
    yield ""
    yield (
        f"Measured by `python -m benchmarks.changing_a_model --records {sizes.holding} --better {sizes.better}` on"
        f" {at.time} at commit {at.commit}: {sizes.holding:,} made-up records of seed {sizes.seed}. The worse model was"
        f" trained on {sizes.worse:,} records of seed {sizes.worse_seed} and {sizes.worse_pairs:,} sampled pairs, the"
        f" better one on {sizes.better:,} of seed {sizes.better_seed} and {sizes.better_pairs:,}; neither has a record"
        " of the holding. Everything is done by the commands of"
        " [docs/changing-a-model.md](../../docs/changing-a-model.md), at the policy's own thresholds. Precision and"
        " recall are pairwise, of what the store holds after each step, against the truth."
    )
    yield ""
    head = ["step", "plan", "merges", "splits", "regroupings", "records that move", "identities that change"]
    yield from table([*head, "identities", "precision", "recall", "F1"], map(_row, steps))
    yield ""
    yield (
        "Precision tells a worse model: what it lacks is that two people are not made one. A model that was trained on"
        " little may merge more, rightly and wrongly, and look better by recall and F1. The limit on identities that"
        " change stops its plan before anybody has to know which it is."
    )


def _row(step: Step) -> list[str]:
    counts = None if step.plan is None else step.plan.get("counts", {})
    names = ("merges", "splits", "regroupings", "movedRecords", "changedIdentities")
    told = ["–"] * len(names) if counts is None else [f"{int(counts.get(name, 0)):,}" for name in names]
    state = "–" if step.plan is None else step.plan["state"].removeprefix("PLAN_STATE_").lower().replace("_", " ")
    pairs = step.pairs
    return [
        step.words,
        state,
        *told,
        f"{step.identities:,}",
        f"{pairs.precision:.4f}",
        f"{pairs.recall:.4f}",
        f"{pairs.f1:.4f}",
    ]


if __name__ == "__main__":
    main()
