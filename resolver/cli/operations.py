"""`resolver operations`: what became of long-running work."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import click
from google.longrunning import operations_pb2 as pb
from google.protobuf import json_format

from ftf.resolution.v1.operation_pb2 import OperationMetadata, OperationState
from ftf_client import Client
from resolver.cli.options import Target, service_options
from resolver.cli.output import print_json, working
from resolver.cli.reading import all_operations
from resolver.cli.words import full_name, state_name

_FOLDER: Final = "operations"
_AT_A_TIME: Final = 2
"""Seconds of waiting between two looks at the progress."""
_PAUSE: Final = 0.25
"""Seconds between two looks at least: a service may answer at once."""


@click.group()
def operations() -> None:
    """List, show, wait for, cancel and delete long-running operations."""


@operations.command("list")
@click.option("--running", is_flag=True, help="Only those that have not ended.")
@service_options
def list_(running: bool, target: Target) -> None:
    """List operations, newest first."""
    with target.connect() as connection:
        found = list(all_operations(connection, "done=false" if running else ""))
    if target.as_json:
        print_json([operation_json(each) for each in found])
        return
    for each in found:
        click.echo(operation_line(each))
    if not found:
        click.echo("There are no operations.")


@operations.command()
@click.argument("name", metavar="OPERATION")
@service_options
def show(name: str, target: Target) -> None:
    """Show one operation: how far it is, which parts failed, how it ended."""
    with target.connect() as connection:
        _print(connection.operations.GetOperation(pb.GetOperationRequest(name=full_name(name, _FOLDER))), target)


@operations.command()
@click.argument("name", metavar="OPERATION")
@service_options
def wait(name: str, target: Target) -> None:
    """Wait until an operation has ended; the status is 1 unless it succeeded."""
    with target.connect() as connection:
        ended = wait_for(connection, full_name(name, _FOLDER), hidden=target.as_json)
    finish(ended, target)


@operations.command()
@click.argument("name", metavar="OPERATION")
@service_options
def cancel(name: str, target: Target) -> None:
    """Make an operation end; one that has ended stays as it is."""
    name = full_name(name, _FOLDER)
    with target.connect() as connection:
        connection.operations.CancelOperation(pb.CancelOperationRequest(name=name))
        _print(connection.operations.GetOperation(pb.GetOperationRequest(name=name)), target)


@operations.command()
@click.argument("name", metavar="OPERATION")
@service_options
def delete(name: str, target: Target) -> None:
    """Forget an operation that has ended."""
    name = full_name(name, _FOLDER)
    with target.connect() as connection:
        connection.operations.DeleteOperation(pb.DeleteOperationRequest(name=name))
    if target.as_json:
        print_json({"deleted": name})
    else:
        click.echo(f"{name} is forgotten")


def wait_for(connection: Client, name: str, *, hidden: bool) -> pb.Operation:
    """The operation once it has ended; shows meanwhile how far it is."""
    request = pb.WaitOperationRequest(name=name)
    request.timeout.FromSeconds(_AT_A_TIME)
    with working("waiting", hidden=hidden) as told:
        while True:
            found: pb.Operation = connection.operations.WaitOperation(request)
            if found.done:
                return found
            about = metadata_of(found)
            told(about.phase or "waiting", about.done, about.total)
            time.sleep(_PAUSE)


def finish(ended: pb.Operation, target: Target, result: Callable[[pb.Operation], str] = lambda _: "") -> None:
    """Prints an operation that has ended, with `result` in words; ends the command with 1 unless it succeeded."""
    if target.as_json or ended.HasField("error"):
        _print(ended, target)
    else:
        click.echo(result(ended) or operation_line(ended))
    if ended.HasField("error"):
        raise SystemExit(1)


def metadata_of(operation: pb.Operation) -> OperationMetadata:
    """What is said of an operation."""
    found = OperationMetadata()
    operation.metadata.Unpack(found)
    return found


def operation_json(operation: pb.Operation) -> dict[str, object]:
    """The operation in proto3 JSON form."""
    return dict(json_format.MessageToDict(operation))


def operation_line(operation: pb.Operation) -> str:
    """`operations/4f…  RUNNING  train-model  sampling`."""
    about = metadata_of(operation)
    state = state_name(OperationState.DESCRIPTOR, about.state)
    far = f"{about.done:,} of {about.total:,}" if about.total else ""
    parts = (operation.name, f"{state:<9}", about.kind, about.about, about.phase, far, operation.error.message)
    return "  ".join(part for part in parts if part)


def _print(operation: pb.Operation, target: Target) -> None:
    if target.as_json:
        print_json(operation_json(operation))
        return
    about = metadata_of(operation)
    click.echo(operation_line(operation))
    for name, count in sorted(about.counts.items()):
        click.echo(f"  {name}: {count:,}")
    for failure in about.partial_failures:
        click.echo(f"  {failure.subject}: {failure.error.message}")
    if about.partial_failure_count > len(about.partial_failures):
        click.echo(f"  {about.partial_failure_count:,} parts failed in all")
