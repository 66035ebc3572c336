"""With the rules off, the partition of thousands of records is what Splink's own clustering makes of the same pairs."""

from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest
from google.protobuf import json_format
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

from ftf.resolution.v1.record_pb2 import Record
from resolver.identity.conflicts import Facts
from resolver.identity.pairs import Pairs
from resolver.identity.partition import Pair
from resolver.identity.policy import STANDARD
from resolver.jobs.batch import resolve_batch
from resolver.jobs.uniting import united
from resolver.linkage.model import shipped_model
from resolver.rpc.convert import record_to_domain
from resolver.standardise.record import standardise
from resolver.store.facts_table import table_of
from resolver.synthetic import generate_records
from tests.counts import count

RECORDS = count(6_000, 20_000)
RULES_OFF = replace(STANDARD, refusals=frozenset(), bridges=())


@pytest.fixture(scope="module")
def resolved():
    messages = (json_format.ParseDict(each.record, Record()) for each in generate_records(seed=404, records=RECORDS))
    records = [record_to_domain(message) for message in messages]
    return resolve_batch(
        [record.name for record in records], [standardise(record) for record in records], shipped_model(), STANDARD
    )


def probability(weight):
    """The match probability of a match weight in bits."""
    return 1 / (1 + 2**-weight)


def splink_clusters(pairs, threshold):
    connection = duckdb.connect()
    connection.register("nodes", pa.table({"unique_id": range(RECORDS)}))
    edges = {
        "unique_id_l": [pair.left for pair in pairs],
        "unique_id_r": [pair.right for pair in pairs],
        "match_probability": [probability(pair.weight) for pair in pairs],
    }
    connection.register("edges", pa.table(edges))
    clusters = cluster_pairwise_predictions_at_threshold(
        connection.table("nodes"),
        connection.table("edges"),
        DuckDBAPI(connection),
        node_id_column_name="unique_id",
        threshold_match_probability=probability(threshold),
    )
    found = {}
    for record, cluster in clusters.as_duckdbpyrelation().project("unique_id, cluster_id").fetchall():
        found.setdefault(cluster, []).append(record)
    return {tuple(sorted(group)) for group in found.values()}


def test_the_groups_are_splinks_clusters(resolved):
    bare = [Pair(pair.left, pair.right, pair.weight) for pair in resolved.pairs]
    nobody = table_of({number: Facts(name) for number, name in enumerate(resolved.names)})
    groups = set(united(nobody, Pairs.of(bare), RULES_OFF).groups())
    assert groups == splink_clusters(bare, STANDARD.merge_weight)
    assert groups != set(resolved.groups), "the rules part some"
    assert sum(len(group) > 2 for group in groups) > RECORDS // 20
