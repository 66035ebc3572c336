"""`python -m tests.contract.stubs_are_current`: the committed Python stubs against what the protos generate."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import google.rpc

ROOT = Path(__file__).resolve().parents[2]
STUBS = ROOT / "clients" / "python"
PROTOS = ROOT / "protos"
GOOGLE = Path(next(iter(google.rpc.__path__))).parents[1]


def proto_files() -> list[str]:
    """The files of the contract, relative to the root."""
    return sorted(str(path.relative_to(ROOT)) for path in PROTOS.glob("ftf/resolution/v1/*.proto"))


def run_protoc(*outputs: str) -> None:
    """Runs the compiler over the contract as `make protos` does."""
    environment = os.environ | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))}
    includes = ("-Iprotos", "-Ibuild/googleapis")
    command = (sys.executable, "-m", "grpc_tools.protoc", *includes, *outputs, *proto_files())
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def generate(folder: Path) -> None:
    """Writes the stubs of the contract into a folder as `make protos` does."""
    run_protoc(
        f"--python_out={folder}",
        f"--grpc_python_out={folder}",
        f"--mypy_out=quiet:{folder}",
        f"--mypy_grpc_out=quiet:{folder}",
    )


def differences(stubs: Path) -> list[str]:
    """The generated files that are missing, out of date or left over in a folder of stubs."""
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        wanted = _contents(Path(folder))
    found = _contents(stubs)
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*_pb2*.py*") if path.suffix != ".pyc"
    }


def main() -> int:
    """Exits with 1, and the names of the files, when `make protos` would change something."""
    stale = differences(STUBS)
    for name in stale:
        print(f"not what the protos generate: clients/python/{name}; run `make protos`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
