"""Every method of the contract has a row in the table of roles, and nothing else has."""

import pytest
from google.protobuf import descriptor_pool

from resolver.access.methods import METHODS
from resolver.access.roles import Role
from resolver.access.rules import Access
from resolver.domain.caller import Caller
from resolver.domain.errors import ErrorReason, PermissionDenied
from resolver.rpc.server import SERVICES
from tests.access.examples import live_access

FRANCE = Caller("FRA", "ncb", "records")
REQUESTS = {
    f"{service}/{method.name}": method.input_type
    for service in SERVICES
    for method in descriptor_pool.Default().FindServiceByName(service).methods
}
CHANGES_NOTHING = {Role.READER, Role.SUPERVISOR, Role.SCREENER}
"""Roles by which no record, verdict or task is changed; a reader keeps consumers of its own."""


def reason(access, method, *, caller=FRANCE, purpose="identify", **options):
    """Why a call is refused; None when it is not."""
    try:
        access.admit(caller, purpose, method, **options)
    except PermissionDenied as error:
        return error.reason
    return None


def test_every_method_has_a_row_and_every_row_is_of_a_method():
    assert METHODS.keys() == REQUESTS.keys()


def test_every_role_has_a_method_and_every_method_a_role():
    assert all(needed.roles for needed in METHODS.values())
    assert set(Role) == {role for needed in METHODS.values() for role in needed.roles | needed.dry_run}


def test_dry_runs_are_granted_apart_only_where_a_request_can_be_one():
    for method, needed in METHODS.items():
        assert not needed.dry_run or "validate_only" in REQUESTS[method].fields_by_name, method


def test_who_only_reads_or_screens_changes_no_record_verdict_or_task():
    # A method that can be a dry run changes something otherwise.
    for method, needed in METHODS.items():
        if "validate_only" in REQUESTS[method].fields_by_name:
            assert not needed.roles & CHANGES_NOTHING, method


@pytest.mark.parametrize("method", METHODS)
def test_without_rules_every_method_is_refused(method):
    assert reason(Access(), method) is ErrorReason.ROLE_REQUIRED


def test_a_method_without_a_row_is_refused_to_who_may_do_all():
    rules = live_access().current
    assert all(reason(rules, method) is None for method in METHODS)
    assert reason(rules, "ftf.resolution.v1.RecordService/DropRecords") is ErrorReason.ROLE_REQUIRED
    method = "ftf.resolution.v1.RecordService/GetRecord"
    rows = {each: needed for each, needed in METHODS.items() if each != method}
    assert reason(rules, method, methods=rows) is ErrorReason.ROLE_REQUIRED
