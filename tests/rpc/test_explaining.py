"""Explanations of pairs and identities, with the values as they were written."""

import grpc
import pytest
from google.protobuf import json_format

from ftf.resolution.v1 import explanation_service_pb2 as pb
from ftf.resolution.v1 import record_pb2, resolution_service_pb2
from resolver.linkage.comparisons import COMPARISONS
from resolver.rpc.explain_values import values_of
from tests.rpc.examples import person, reason_in, same_person, status_of_call, violations_in

RICH = json_format.ParseDict(
    {
        "identities": [
            {
                "names": [
                    {
                        "full_name": "Карим Тестов",
                        "components": [{"type": 2, "value": "Иван"}, {"type": 10, "value": "Мария"}],
                    },
                    {"full_name": "Karim Testov"},
                    {"full_name": "Karim Testov"},
                    {"full_name": "Abu Yusuf", "kind": "NAME_KIND_KUNYA"},
                    {"full_name": "Abu Yusuf al-Testi", "kind": "NAME_KIND_NOM_DE_GUERRE"},
                    {"full_name": "K.", "quality": "NAME_QUALITY_LOW"},
                ],
                "births": [
                    {"earliest": {"year": 1985, "month": 3, "day": 12}},
                    {"earliest": {"year": 1985}},
                    {"earliest": {"year": 1985}, "as_entered": "vers 1985"},
                ],
                "sexes": ["SEX_MALE", 99, "SEX_UNSPECIFIED"],
                "nationalities": ["FRA", "RUS"],
                "birth_places": [{"locality": "Lyon", "country": "FRA"}, {"country": "RUS"}],
                "residences": [{"locality": "12 rue Garibaldi, Lyon", "country": "FRA"}, {"country": "BEL"}],
            }
        ],
        "documents": [{"type": "DOCUMENT_TYPE_NATIONAL_ID", "number": "12 34", "issuing_state": "FRA"}],
        "biometrics": [
            {
                "modality": "BIOMETRIC_MODALITY_DNA",
                "system": "FRA-DNA",
                "reference": "7",
                "results": [{"reference": "8", "outcome": 6}, {"reference": "9", "outcome": 5}],
            }
        ],
        "contacts": [{"value": "+33 1 23 45 67 89"}],
        "relatives": {"father": "Ivan"},
    },
    record_pb2.Record(),
)
VALUES = {
    "name": ["Карим Тестов", "Karim Testov"],
    "kunya": ["Abu Yusuf", "Abu Yusuf al-Testi", "K."],
    "father": ["Ivan", "Иван"],
    "mother": ["Мария"],
    "birth_date": ["1985-03-12", "1985-01-01 to 1985-12-31", "vers 1985"],
    "birth_place": ["Lyon, FRA", "RUS"],
    "residence": ["12 rue Garibaldi, Lyon, FRA", "BEL"],
    "nationality": ["FRA", "RUS"],
    "sex": ["male"],
    "document": ["FRA national id 12 34"],
    "biometric": ["dna FRA-DNA 7", "dna FRA-DNA 7: another person than 8"],
    "contact": ["+33 1 23 45 67 89"],
}


def resolve(server, record):
    return server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))


@pytest.mark.parametrize("comparison", [comparison.name for comparison in COMPARISONS])
def test_every_comparison_of_the_model_has_its_values_as_written(comparison):
    assert values_of(RICH, comparison) == VALUES[comparison]


def test_a_record_that_states_nothing_has_no_values():
    assert {tuple(values_of(record_pb2.Record(), comparison)) for comparison in VALUES} == {()}


def test_a_pair_is_explained_comparison_by_comparison_and_the_weights_add_up(server):
    left, right = same_person("explain-a", 2)
    left.identities[0].names[0].full_name = "Karim Testov"
    right.identities[0].names[0].full_name = "Карим Тестов"
    identities = {resolve(server, record).identity for record in (left, right)}

    found = server.explanations.ExplainPair(pb.ExplainPairRequest(left=left.name, right=right.name))

    assert (found.left, found.right) == (left.name, right.name)
    assert [c.comparison for c in found.comparisons] == [comparison.name for comparison in COMPARISONS]
    name = found.comparisons[0]
    assert (list(name.left_values), list(name.right_values)) == (["Karim Testov"], ["Карим Тестов"])
    assert name.level
    assert name.level_code.startswith("name.")
    total = found.prior_weight + sum(c.match_weight + c.term_frequency_adjustment for c in found.comparisons)
    assert found.match_weight == pytest.approx(total)
    assert found.candidate == bool(found.shared_key_families)
    assert "document" in found.shared_key_families
    assert found.same_identity == (len(identities) == 1)
    assert found.merge_threshold > found.review_threshold
    assert found.decision_support_only
    assert (found.model, found.policy) == (server.engine.model_name, server.engine.policy_name)


def test_a_pair_that_never_met_is_explained_too(server):
    left = person("sources/explain-b/records/1", "Otto Krautmann", born=(1950, 2, 3))
    right = person("sources/explain-b/records/2", "王小明", born=(1999, 7, 8))
    for record in (left, right):
        resolve(server, record)
    found = server.explanations.ExplainPair(pb.ExplainPairRequest(left=left.name, right=right.name))
    assert not found.candidate
    assert not found.same_identity
    assert found.match_weight < found.review_threshold


def test_an_identity_is_explained_by_the_links_that_united_it(server):
    records = same_person("explain-c", 3)
    identity = [resolve(server, record).identity for record in records][-1]

    found = server.explanations.ExplainIdentity(pb.ExplainIdentityRequest(name=identity))

    assert found.name == identity
    assert len(found.uniting_links) == 2
    assert found.weakest_link.match_weight == min(link.match_weight for link in found.uniting_links)
    assert {name for link in found.uniting_links for name in (link.left, link.right)} == {r.name for r in records}


def test_a_single_record_has_no_weakest_link(server):
    identity = resolve(server, person("sources/explain-d/records/1", "Nobody Else", born=(1944, 4, 4))).identity
    found = server.explanations.ExplainIdentity(pb.ExplainIdentityRequest(name=identity))
    assert not found.HasField("weakest_link")
    assert not found.uniting_links


@pytest.mark.parametrize(("left", "right"), [(1, 9), (9, 1), (1, 2), (2, 1)])
def test_a_pair_with_an_unknown_or_withdrawn_record_is_not_found_by_its_name(server, left, right):
    for i in (1, 2):
        resolve(server, person(f"sources/explain-e/records/{i}"))
    server.resolution.WithdrawRecord(resolution_service_pb2.WithdrawRecordRequest(name="sources/explain-e/records/2"))
    request = pb.ExplainPairRequest(
        left=f"sources/explain-e/records/{left}", right=f"sources/explain-e/records/{right}"
    )
    with pytest.raises(grpc.RpcError) as caught:
        server.explanations.ExplainPair(request)
    status = status_of_call(caught.value)
    missing = max(left, right)
    assert reason_in(status) == "RECORD_NOT_FOUND"
    assert status.message == f"record sources/explain-e/records/{missing} does not exist"


@pytest.mark.parametrize(
    ("left", "right", "field"),
    [
        ("x", "sources/a/records/1", "left"),
        ("sources/a/records/1", "x", "right"),
        ("sources/a/records/1", "sources/a/records/1", "right"),
    ],
)
def test_a_pair_is_two_records(server, left, right, field):
    with pytest.raises(grpc.RpcError) as caught:
        server.explanations.ExplainPair(pb.ExplainPairRequest(left=left, right=right))
    assert [path for path, _ in violations_in(status_of_call(caught.value))] == [field]


def test_an_identity_that_does_not_exist_cannot_be_explained(server):
    with pytest.raises(grpc.RpcError) as caught:
        server.explanations.ExplainIdentity(pb.ExplainIdentityRequest(name="identities/0"))
    assert reason_in(status_of_call(caught.value)) == "IDENTITY_NOT_FOUND"
