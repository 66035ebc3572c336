"""The contract is documented, served in full, and the domain speaks its numbers."""

import inspect
import re
from enum import Enum

import grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from ftf.resolution.v1 import (
    data_quality_pb2,
    decision_pb2,
    error_reason_pb2,
    operation_pb2,
    record_pb2,
    reresolution_service_pb2,
)
from resolver.domain import decision, errors, finding, operation, plan, record
from resolver.rpc.audit_log import AuditService
from resolver.rpc.backups import BackupService
from resolver.rpc.consumers import ConsumerService
from resolver.rpc.decisions import DecisionService
from resolver.rpc.errors import STATUS_CODES
from resolver.rpc.explanations import ExplanationService
from resolver.rpc.identities import IdentityService
from resolver.rpc.models import ModelService
from resolver.rpc.records import RecordService
from resolver.rpc.reresolution import ReresolutionService
from resolver.rpc.resolution import ResolutionService
from resolver.rpc.retention import RetentionService
from resolver.rpc.reviews import ReviewService
from resolver.rpc.server import SERVICES
from resolver.rpc.verdicts import VerdictService

SERVICERS = (
    ResolutionService,
    RecordService,
    IdentityService,
    ExplanationService,
    VerdictService,
    ReviewService,
    DecisionService,
    ConsumerService,
    BackupService,
    RetentionService,
    AuditService,
    ModelService,
    ReresolutionService,
)
RENAMED = {"RegisterState": "DocumentRegisterState", "ComponentType": "NameComponentType"}


def test_every_element_has_a_comment_in_full_sentences(elements):
    assert {element.kind for element in elements} >= {"service", "method", "message", "field", "enum", "value"}
    assert [f"{e.kind} {e.name}" for e in elements if not e.comment.endswith((".", "`."))] == []


def test_the_server_offers_exactly_the_services_of_the_contract(files, server):
    contract = {f"{file.package}.{service.name}" for file in files for service in file.service}
    assert set(SERVICES) == contract | {"google.longrunning.Operations"}

    request = reflection_pb2.ServerReflectionRequest(list_services="")
    with grpc.insecure_channel(server.address) as channel:
        (answer,) = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([request]))
    offered = {service.name for service in answer.list_services_response.service}
    assert {name for name in offered if name.startswith(("ftf.", "google."))} == set(SERVICES)


def test_every_method_is_ours_and_none_answers_unimplemented(files):
    servicers = {servicer.__name__: servicer for servicer in SERVICERS}
    missing = [
        f"{service.name}.{method.name}"
        for file in files
        for service in file.service
        for method in service.method
        if method.name not in vars(servicers[service.name])
    ]
    assert missing == []


def test_every_error_reason_is_mapped_to_the_status_that_its_comment_states(elements):
    comments = {e.name.removeprefix("ERROR_REASON_"): e.comment for e in elements if e.name.startswith("ERROR_REASON_")}
    assert comments.keys() == {reason.name for reason in errors.ErrorReason}
    assert STATUS_CODES.keys() == set(errors.ErrorReason)
    for reason, code in STATUS_CODES.items():
        if reason is errors.ErrorReason.UNSPECIFIED:
            continue
        comment = comments[reason.name]
        assert re.search(r"Status `(\w+)`", comment).group(1) == code.name, reason
        assert re.search(r"Example: `.+`\.", comment), reason


def test_every_domain_enum_has_the_names_and_numbers_of_the_contract():
    domain_enums = [
        member
        for module in (record, decision, errors, finding, operation, plan)
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, Enum) and member.__module__ == module.__name__
    ]
    assert len(domain_enums) >= 12
    for domain_enum in domain_enums:
        name = RENAMED.get(domain_enum.__name__, domain_enum.__name__)
        contract = next(
            module.DESCRIPTOR.enum_types_by_name[name]
            for module in (
                record_pb2,
                decision_pb2,
                error_reason_pb2,
                data_quality_pb2,
                operation_pb2,
                reresolution_service_pb2,
            )
            if name in module.DESCRIPTOR.enum_types_by_name
        )
        prefix = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper() + "_"
        numbers = {value.name.removeprefix(prefix): value.number for value in contract.values}
        assert {member.name: member.value for member in domain_enum} == numbers, name
