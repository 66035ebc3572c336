"""The Python stubs of the contract last released, in a folder: `python -m tests.contract.previous_stubs FOLDER`.

Today's thin layer and driver import messages and services by name, newer ones too. Those are there by their names, with
nothing in them, no field and no method, so that whatever uses one fails.
"""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

import ftf.resolution.v1 as contract
from tests.contract.stubs_are_current import PROTOS

RELEASED = PROTOS / "released.binpb"
PACKAGE = Path("ftf/resolution/v1")


def released() -> FileDescriptorSet:
    """The contract last released, with all that it imports."""
    return FileDescriptorSet.FromString(RELEASED.read_bytes())


def today() -> list[FileDescriptorProto]:
    """The files of the contract of today."""
    files = []
    for module in pkgutil.iter_modules(contract.__path__, f"{contract.__name__}."):
        if module.name.endswith("_pb2"):
            files.append(FileDescriptorProto())
            import_module(module.name).DESCRIPTOR.CopyToProto(files[-1])
    return files


def with_newer_names(image: FileDescriptorSet, newer: list[FileDescriptorProto]) -> FileDescriptorSet:
    """The image, and in it the names of messages and services that only today's contract has."""
    named = FileDescriptorSet()
    named.CopyFrom(image)
    files = {file.name: file for file in named.file}
    for file in newer:
        older = files.get(file.name)
        if older is None:
            older = named.file.add(name=file.name, package=file.package, syntax=file.syntax)
        known = {each.name for each in (*older.message_type, *older.service)}
        messages, services = ([each.name for each in kind] for kind in (file.message_type, file.service))
        older.message_type.extend(DescriptorProto(name=name) for name in messages if name not in known)
        older.service.extend(ServiceDescriptorProto(name=name) for name in services if name not in known)
    return named


def generate(folder: Path) -> None:
    """Writes the stubs into a folder, a package that is whole by itself."""
    files = today()
    (folder / PACKAGE).mkdir(parents=True, exist_ok=True)
    for package in (PACKAGE, *PACKAGE.parents[:-1]):
        (folder / package / "__init__.py").touch()
    image = folder / "contract.binpb"
    image.write_bytes(with_newer_names(released(), files).SerializeToString())
    outputs = (f"--python_out={folder}", f"--grpc_python_out={folder}")
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--descriptor_set_in={image}", *outputs]
    subprocess.run([*command, *(file.name for file in files)], check=True)


if __name__ == "__main__":
    generate(Path(sys.argv[1]))
