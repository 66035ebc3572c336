"""The generator: reproducible, complete, valid, and with the truth beside it."""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from google.protobuf.json_format import ParseDict

from ftf.resolution.v1 import record_pb2
from resolver.rpc.validate import validate_record
from resolver.synthetic import GeneratedRecord, World, generate_records
from resolver.synthetic.arrival import shuffled
from resolver.synthetic.writer import TRUTH_COLUMNS, write_files


def _digest(seed: int, records: int = 400) -> str:
    digest = hashlib.sha256()
    for world in World:
        for one in generate_records(seed, records, world=world):
            truth = [one.person, one.household, one.kinds, one.scripts]
            digest.update(json.dumps([one.record, truth], ensure_ascii=False).encode())
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert _digest(3) == _digest(3)


def test_another_seed_gives_other_bytes() -> None:
    assert _digest(3) != _digest(4)


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_nothing_depends_on_the_order_of_hashes(hash_seed: str) -> None:
    script = "from tests.synthetic.test_generator import _digest; print(_digest(3))"
    environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == _digest(3)


@pytest.mark.parametrize("records", [1, 2, 37])
def test_exactly_as_many_records_as_asked_for(records: int) -> None:
    assert sum(1 for _ in generate_records(1, records)) == records


@pytest.mark.parametrize("world", World)
def test_every_record_is_a_valid_message_of_the_contract(world: World) -> None:
    for one in generate_records(404, 2500, world=world):
        message = ParseDict(one.record, record_pb2.Record())
        assert validate_record(message, "record") == [], one.record["name"]


def test_every_record_says_that_it_is_synthetic(generated: list[GeneratedRecord]) -> None:
    assert {one.record["provenance"]["origin"].split(":")[0] for one in generated} == {"synthetic"}


def test_record_names_are_unique_and_tell_nothing_about_the_person(generated: list[GeneratedRecord]) -> None:
    names = [one.record["name"] for one in generated]
    assert len(set(names)) == len(names)
    counters: Counter[str] = Counter()
    for name in names:
        _, source, _, key = name.split("/")
        counters[source] += 1
        assert int(key) == counters[source]


def test_the_records_of_one_person_arrive_far_apart(generated: list[GeneratedRecord]) -> None:
    neighbours = sum(one.person == other.person for one, other in itertools.pairwise(generated))
    assert neighbours < 20  # of 5,000: chance alone gives three or four


def test_the_shuffle_loses_nothing_and_uses_every_part() -> None:
    items = list(range(50_000))
    order = list(shuffled(items, len(items), Random(1)))
    assert sorted(order) == items
    assert order != items
    assert min(order[:1000]) < 5_000 < 45_000 < max(order[:1000])


def test_files_hold_every_record_once_and_the_truth_about_each(tmp_path: Path) -> None:
    records, truth = tmp_path / "records.jsonl", tmp_path / "truth.csv"
    written = list(write_files(generate_records(5, 300), records, truth))
    lines = records.read_text(encoding="utf-8").splitlines()
    rows = truth.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [one.record for one in written]
    assert rows[0] == ",".join(TRUTH_COLUMNS)
    assert [row.split(",")[0] for row in rows[1:]] == [json.loads(line)["name"] for line in lines]
