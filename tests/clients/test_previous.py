"""What a scenario needs that a contract does not have is found in the descriptors."""

import pytest
from google.protobuf import descriptor_pool

from tests.clients.catalogue import SCENARIOS
from tests.clients.previous import newer_than
from tests.contract.previous_stubs import released

FOLLOW, RESOLVE = (next(each for each in SCENARIOS if each["name"] == name) for name in ("follow", "resolve"))


def without(file_name, *path):
    """The contract last released without one of its elements."""
    image = released()
    parts = next(file for file in image.file if file.name.endswith(file_name))
    for kind, name in path[:-1]:
        parts = next(part for part in getattr(parts, kind) if part.name == name)
    kind, name = path[-1]
    left = [part for part in getattr(parts, kind) if part.name != name]
    assert len(left) < len(getattr(parts, kind))
    del getattr(parts, kind)[:]
    getattr(parts, kind).extend(left)
    pool = descriptor_pool.DescriptorPool()
    for file in image.file:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


@pytest.mark.parametrize(
    ("scenario", "contract", "newer"),
    [
        (
            FOLLOW,
            without("/decision_service.proto", ("message_type", "WatchDecisionsRequest"), ("field", "stop_at_end")),
            ["WatchDecisionsRequest.stop_at_end"],
        ),
        (
            RESOLVE,
            without("/record_service.proto", ("service", "RecordService"), ("method", "GetRecord")),
            ["RecordService.GetRecord"],
        ),
        (RESOLVE, without("/record_service.proto", ("service", "RecordService")), ["RecordService.GetRecord"]),
        (FOLLOW, without("/record_service.proto", ("service", "RecordService")), []),
        (
            RESOLVE,
            without("/decision.proto", ("message_type", "Decision"), ("field", "cursor")),
            ["Decision.cursor"],
        ),
    ],
)
def test_what_a_contract_does_not_have_is_named(scenario, contract, newer):
    assert newer_than(scenario, contract) == newer


def test_a_field_of_a_record_is_looked_for_inside_it():
    scenario = next(each for each in SCENARIOS if each["name"] == "correct")
    contract = without("/record.proto", ("message_type", "ClaimedIdentity"), ("field", "births"))
    assert newer_than(scenario, contract) == ["ClaimedIdentity.births"]
