"""Operations as messages of `google.longrunning`."""

from __future__ import annotations

from google.longrunning import operations_pb2
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import status_pb2

from ftf.resolution.v1 import operation_pb2 as pb
from resolver.domain.errors import ResolverError
from resolver.domain.operation import Fault, Operation
from resolver.rpc.errors import error_status
from resolver.rpc.moments import timestamp


def operation_to_message(operation: Operation) -> operations_pb2.Operation:
    """The operation, with `OperationMetadata` as its metadata."""
    message = operations_pb2.Operation(name=operation.name, done=operation.done)
    message.metadata.Pack(_metadata(operation))
    if operation.fault is not None:
        message.error.CopyFrom(_status(operation.fault))
    elif operation.done:
        message.response.CopyFrom(any_pb2.Any.FromString(operation.result))
    return message


def packed(message: Message) -> bytes:
    """A message as the result of an operation: a serialised `google.protobuf.Any`."""
    result = any_pb2.Any()
    result.Pack(message)
    return result.SerializeToString()


def _metadata(operation: Operation) -> pb.OperationMetadata:
    progress = operation.progress
    message = pb.OperationMetadata(
        kind=operation.kind,
        about=operation.about,
        state=pb.OperationState.ValueType(operation.state.value),
        caller="" if operation.caller is None else operation.caller.name,
        create_time=timestamp(operation.create_time),
        update_time=timestamp(operation.update_time),
        cancel_requested=operation.cancel_asked,
        phase=progress.phase,
        done=progress.done,
        total=progress.total,
        counts=progress.counts,
        partial_failure_count=progress.failed,
    )
    if operation.start_time is not None:
        message.start_time.CopyFrom(timestamp(operation.start_time))
    if operation.end_time is not None:
        message.end_time.CopyFrom(timestamp(operation.end_time))
    for failure in progress.failures:
        message.partial_failures.add(subject=failure.subject, error=_status(failure.fault))
    return message


def _status(fault: Fault) -> status_pb2.Status:
    return error_status(ResolverError(fault.reason, fault.message))
