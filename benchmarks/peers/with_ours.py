"""The batch run of this project, from the records as they arrive to groups."""

from __future__ import annotations

import sys
from pathlib import Path

from telling import Telling

from benchmarks.performance.record_files import read_records
from resolver.identity.policy import STANDARD, for_holding
from resolver.jobs.batch import resolve_batch
from resolver.jobs.corpus import corpus_of
from resolver.linkage.model import shipped_model
from resolver.rpc.convert import record_to_domain


def main(folder: Path, output: Path) -> None:
    """Standardises and groups the records of a folder."""
    told = Telling("ftf-resolver", output)
    model = shipped_model()
    with told.step("standardising"):
        corpus = corpus_of(map(record_to_domain, read_records(folder / "records.pb")), None)
    with told.step("resolving"):
        policy = for_holding(STANDARD, len(corpus.names))
        batch = resolve_batch(corpus.names, corpus.records, model, policy)
    told.groups([batch.names[record] for record in group] for group in batch.groups)
    told.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
