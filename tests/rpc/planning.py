"""Plans of re-resolution over the interface, short to write."""

from contextlib import closing, contextmanager

import grpc
import pytest
from google.longrunning import operations_pb2

from ftf.resolution.v1 import (
    operation_pb2,
    resolution_service_pb2,
)
from ftf.resolution.v1 import reresolution_service_pb2 as pb
from resolver.engine.engine import open_engine
from resolver.identity.policy import STANDARD, with_thresholds
from resolver.jobs import reresolution
from resolver.linkage.model import shipped_model
from resolver.store.configuration import Configuration
from tests.conftest import serving
from tests.jobs.configurations import groups, resolved_from_the_start, tables
from tests.jobs.test_reresolution import send, submission
from tests.rpc.examples import reason_in, status_of_call, wait_until

FIRST, LATER = 200, 15
KEEN = {"merge_weight": 1.0, "review_weight": -6.0}
PATIENCE = 120


@contextmanager
def a_holding(records, path=None, models=None):
    """A server over the first records."""
    with closing(open_engine(path)) as engine:
        send(engine, *map(submission, records[:FIRST]))
        with serving(engine, **({"models": models} if models else {})) as server:
            yield server


def ended(server, operation):
    request = operations_pb2.WaitOperationRequest(name=operation.name)
    return server.operations.WaitOperation(request, timeout=PATIENCE)


def done(server, operation):
    """The plan that an operation ends with."""
    found, plan = ended(server, operation), pb.Plan()
    assert found.response.Unpack(plan), found.error
    return plan


def planned(server, **wanted):
    return done(server, server.reresolution.PlanReresolution(pb.PlanReresolutionRequest(**wanted)))


def applied(server, plan):
    return done(server, server.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name)))


def shown(server, plan):
    return server.reresolution.GetPlan(pb.GetPlanRequest(name=plan.name))


def changes(server, plan, **which):
    request = pb.ListPlanChangesRequest(parent=plan.name, page_size=1000, **which)
    return list(server.reresolution.ListPlanChanges(request).plan_changes)


def refused(call, request, **options):
    with pytest.raises(grpc.RpcError) as caught:
        call(request, **options)
    return caught.value.code().name, reason_in(status_of_call(caught.value))


def metadata_of(server, operation):
    found = operation_pb2.OperationMetadata()
    request = operations_pb2.GetOperationRequest(name=operation.name)
    server.operations.GetOperation(request).metadata.Unpack(found)
    return found


def resolve(server, record):
    server.resolution.ResolveRecord(resolution_service_pb2.ResolveRecordRequest(record=record))


def state(engine):
    return groups(engine), *tables(engine)


def as_if_always(records, model=None, **thresholds):
    policy = with_thresholds(STANDARD, thresholds.get("merge_weight"), thresholds.get("review_weight"))
    return resolved_from_the_start(map(submission, records), Configuration(model or shipped_model(), policy))


def policies_served(metrics):
    (served,) = (family for family in metrics.registry.collect() if family.name == "resolver")
    return [sample.labels["policy"] for sample in served.samples]


def slowly(monkeypatch):
    """Lets identities follow one by one, so that there is time to come in between."""
    monkeypatch.setattr(reresolution, "_FEWEST", 1)
    monkeypatch.setattr(reresolution, "_MOST", 1)


def half_applied(server, plan, monkeypatch):
    """An operation that applies a plan, when its configuration is in force and identities follow."""
    slowly(monkeypatch)
    operation = server.reresolution.ApplyPlan(pb.ApplyPlanRequest(name=plan.name))
    wait_until(lambda: metadata_of(server, operation).phase == "regrouping")
    return operation
