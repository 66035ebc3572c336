"""Who has the client of the contract last released works on with the server of today."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ftf.resolution.v1 import decision_pb2
from tests.contract.previous_client import ONE, TWO, UNKNOWN
from tests.contract.previous_stubs import RELEASED, generate
from tests.contract.stubs_are_current import ROOT

BIN = Path(sys.executable).parent


def test_a_client_of_the_contract_last_released_works_and_drops_nothing_that_it_does_not_know(fresh_server, tmp_path):
    generate(tmp_path)
    command = [sys.executable, ROOT / "tests" / "contract" / "previous_client.py", fresh_server.address]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout)

    assert Path(seen["client"]).is_relative_to(tmp_path), "the client of today was taken"
    assert seen["kinds"] == [decision_pb2.DECISION_KIND_CREATED, decision_pb2.DECISION_KIND_ATTACHED]
    assert seen["records"] == [ONE, TWO]
    assert seen["sexes"] == [UNKNOWN]
    assert seen["explained"]
    assert seen["split"] in (decision_pb2.DECISION_KIND_SPLIT, decision_pb2.DECISION_KIND_REGROUPED)
    # What today's server says and the older client does not know, it keeps and passes on.
    passed_on = decision_pb2.Decision.FromString(bytes.fromhex(seen["passed_on"]))
    assert decision_pb2.REQUIRED_ACTION_PURGE_RECORD in passed_on.required_actions


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
