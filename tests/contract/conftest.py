"""The contract as descriptors with their comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from google.protobuf import descriptor_pb2

from tests.contract.stubs_are_current import run_protoc

PACKAGE = "ftf.resolution.v1"


@dataclass(frozen=True)
class Element:
    """A service, method, message, field, oneof, enum or value, and its comment."""

    kind: str
    name: str
    comment: str


@pytest.fixture(scope="session")
def files(tmp_path_factory) -> list[descriptor_pb2.FileDescriptorProto]:
    image = tmp_path_factory.mktemp("contract") / "image.binpb"
    run_protoc("--include_source_info", f"--descriptor_set_out={image}")
    found = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes())
    return [file for file in found.file if file.package == PACKAGE]


@pytest.fixture(scope="session")
def elements(files) -> list[Element]:
    return [element for file in files for element in _elements(file)]


def _elements(file: descriptor_pb2.FileDescriptorProto) -> Iterator[Element]:
    comments = {tuple(place.path): place.leading_comments.strip() for place in file.source_code_info.location}
    for i, service in enumerate(file.service):
        yield Element("service", service.name, comments.get((6, i), ""))
        for j, method in enumerate(service.method):
            yield Element("method", f"{service.name}.{method.name}", comments.get((6, i, 2, j), ""))
    for i, message in enumerate(file.message_type):
        yield from _message_elements(message, message.name, (4, i), comments)
    for i, enum in enumerate(file.enum_type):
        yield from _enum_elements(enum, enum.name, (5, i), comments)


def _message_elements(message, name, path, comments) -> Iterator[Element]:
    yield Element("message", name, comments.get(path, ""))
    for i, field in enumerate(message.field):
        yield Element("field", f"{name}.{field.name}", comments.get((*path, 2, i), ""))
    # The compiler makes a oneof for an optional field, whose own comment says what it is.
    made = {field.oneof_index for field in message.field if field.proto3_optional}
    for i, oneof in enumerate(message.oneof_decl):
        if i in made:
            continue
        yield Element("oneof", f"{name}.{oneof.name}", comments.get((*path, 8, i), ""))
    for i, nested in enumerate(message.nested_type):
        if nested.options.map_entry:
            # Made by the compiler for a map, whose own comment says what it holds.
            continue
        yield from _message_elements(nested, f"{name}.{nested.name}", (*path, 3, i), comments)
    for i, enum in enumerate(message.enum_type):
        yield from _enum_elements(enum, f"{name}.{enum.name}", (*path, 4, i), comments)


def _enum_elements(enum, name, path, comments) -> Iterator[Element]:
    yield Element("enum", name, comments.get(path, ""))
    for i, value in enumerate(enum.value):
        yield Element("value", value.name, comments.get((*path, 2, i), ""))
