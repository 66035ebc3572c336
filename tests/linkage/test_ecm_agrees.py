"""Another toolkit sees the same matches in the same comparison vectors, and counts the same links."""

import pytest
from google.protobuf import json_format

from benchmarks.independent_check import MARGIN, check
from ftf.resolution.v1 import record_pb2
from resolver.identity.policy import STANDARD
from resolver.jobs.batch import resolve_batch
from resolver.jobs.corpus import corpus_of
from resolver.jobs.truth import TrueRecord
from resolver.linkage.model import shipped_model
from resolver.rpc.convert import record_to_domain
from resolver.synthetic import generate_records
from tests.counts import count

HELD_OUT_SEED = 404


def resolved(records):
    generated = list(generate_records(HELD_OUT_SEED, records))
    messages = [json_format.ParseDict(one.record, record_pb2.Record()) for one in generated]
    corpus = corpus_of([record_to_domain(message) for message in messages], None)
    truth = [TrueRecord(name, one.person) for name, one in zip(corpus.names, generated, strict=True)]
    return resolve_batch(corpus.names, corpus.records, shipped_model(), STANDARD), truth


@pytest.mark.slow
def test_unsupervised_matches_and_counts_agree_on_a_seed_that_the_margin_was_not_chosen_on():
    batch, truth = resolved(count(3_000, 6_000))
    found = check(batch, truth)
    assert found["counts"]["agrees"], found
    assert abs(found["difference_of_f1"]) <= MARGIN, found
    assert found["match_weights"]["f1"] > 0.9


def test_a_wrong_truth_is_noticed():
    """The check can fail: with persons exchanged the vectors no longer say who is who."""
    batch, truth = resolved(1_000)
    others = [*truth[1:], truth[0]]
    exchanged = [TrueRecord(one.record, other.person) for one, other in zip(truth, others, strict=True)]
    right, wrong = check(batch, truth), check(batch, exchanged)
    assert right["counts"]["agrees"]
    assert wrong["counts"]["agrees"]
    assert wrong["ecm"]["f1"] < right["ecm"]["f1"] / 2
