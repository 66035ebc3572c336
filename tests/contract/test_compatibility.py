"""Who has the client of the contract last released works on with the server of today, and with a later one."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.protobuf import descriptor_pb2

from ftf.resolution.v1 import decision_pb2, decision_service_pb2
from tests.contract.previous_client import ONE, THREE, TWO, UNKNOWN
from tests.contract.stubs_are_current import PROTOS, ROOT

RELEASED = PROTOS / "released.binpb"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def previous_client(tmp_path_factory):
    """A folder with the client generated from the contract last released."""
    folder = tmp_path_factory.mktemp("previous")
    image = descriptor_pb2.FileDescriptorSet.FromString(RELEASED.read_bytes())
    files = [file.name for file in image.file if file.package == "ftf.resolution.v1"]
    outputs = (f"--python_out={folder}", f"--grpc_python_out={folder}")
    command = [sys.executable, "-m", "grpc_tools.protoc", f"--descriptor_set_in={RELEASED}", *outputs, *files]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture
def newer_server():
    """A server whose decisions have a kind, and a field, that the contract of today does not know."""
    decision = decision_pb2.Decision(name="decisions/1", kind=UNKNOWN)
    # Field 1000 as text, which a later contract may have.
    response = decision_service_pb2.ListDecisionsResponse(
        decisions=[decision_pb2.Decision.FromString(decision.SerializeToString() + b"\xc2\x3e\x05later")]
    )
    method = grpc.unary_unary_rpc_method_handler(lambda request, context: response.SerializeToString())
    handlers = {"ListDecisions": method}
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads)
        service = "ftf.resolution.v1.DecisionService"
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(None).wait()


def test_a_client_of_the_contract_last_released_works_and_drops_nothing_that_it_does_not_know(
    fresh_server, previous_client, newer_server
):
    program = ROOT / "tests" / "contract" / "previous_client.py"
    command = [sys.executable, program, fresh_server.address, newer_server]
    environment = os.environ | {"PYTHONPATH": str(previous_client)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout)

    assert Path(seen["client"]).is_relative_to(previous_client), "the client of today was taken"
    assert seen["kinds"] == [
        decision_pb2.DECISION_KIND_CREATED,
        decision_pb2.DECISION_KIND_ATTACHED,
        decision_pb2.DECISION_KIND_ATTACHED,
    ]
    assert seen["records"] == [ONE, TWO, THREE]
    assert seen["sexes"] == [UNKNOWN]
    assert seen["explained"]
    assert seen["split"] in (decision_pb2.DECISION_KIND_SPLIT, decision_pb2.DECISION_KIND_REGROUPED)
    assert len(seen["feed"]) == 4
    assert seen["feed"][-1] == seen["withdrawn"]
    # What today's server says and the older client does not know, it keeps and passes on.
    passed_on = decision_pb2.Decision.FromString(bytes.fromhex(seen["passed_on"]))
    assert decision_pb2.REQUIRED_ACTION_PURGE_RECORD in passed_on.required_actions

    assert seen["newer"]["kind"] == UNKNOWN
    assert bytes.fromhex(seen["newer"]["passed_on"]).endswith(b"later")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  string cursor = 15;", "  string cursor = 115;"),
        ("  int32 record_version = 4;", "  int64 record_version = 4;"),
        ("  DECISION_KIND_WITHDRAWN = 7;", ""),
    ],
)
def test_a_change_that_would_break_clients_is_refused(tmp_path, before, after):
    for part in ("protos", "build/googleapis"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "buf.yaml", tmp_path)
    changed = tmp_path / "protos/ftf/resolution/v1/decision.proto"

    def breaks():
        image = tmp_path / "contract.binpb"
        subprocess.run([BIN / "buf", "build", "-o", image], cwd=tmp_path, check=True, capture_output=True)
        command = [BIN / "buf", "breaking", image, "--against", RELEASED, "--exclude-imports"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode != 0

    assert not breaks()
    text = changed.read_text()
    assert before in text
    changed.write_text(text.replace(before, after))
    assert breaks()
