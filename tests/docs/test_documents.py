"""Every command that the documents show is run, in order, against a server that the README's own command starts."""

import doctest
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest

from ftf.resolution.v1 import decision_service_pb2, decision_service_pb2_grpc
from resolver.access.file import parse as parse_access
from tests.servers import METADATA, free_address

ROOT = Path(__file__).parents[2]
RUN_BY_CI = {"make demo", "make test", "make check", "make setup"}
"""What `.ci/run` runs before and around these tests; running it from within would never end."""


def console_lines(document):
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def python_blocks(document):
    return re.findall(r"```python\n(.*?)```", (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)


def commands(document):
    return [line for line in console_lines(document) if line.startswith(".venv/bin/")]


def in_this_environment(command):
    words = shlex.split(command)
    return [str(Path(sys.executable).with_name(Path(words[0]).name)), *words[1:]]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a server started as the README says, and a folder to work in."""
    folder = tmp_path_factory.mktemp("readme")
    address = free_address()
    environment = {
        **os.environ,
        "ADDRESS": address,
        "DATABASE": str(folder / "resolver.duckdb"),
        "RESOLVER_ADDRESS": address,
    }
    server = subprocess.Popen(["make", "serve"], cwd=ROOT, env=environment, start_new_session=True)
    try:
        wait_for(address)
        yield folder, address, environment
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=60)


def wait_for(address):
    deadline = time.monotonic() + 60
    with grpc.insecure_channel(address) as channel:
        while True:
            try:
                request = decision_service_pb2.ListDecisionsRequest()
                decision_service_pb2_grpc.DecisionServiceStub(channel).ListDecisions(request, metadata=METADATA)
                return
            except grpc.RpcError:
                assert time.monotonic() < deadline, "make serve did not serve"
                time.sleep(0.2)


def test_every_command_of_the_readme_is_run_here_or_by_ci():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for line in console_lines("README.md"):
        assert line in RUN_BY_CI or line == "make serve" or line.startswith(".venv/bin/resolver "), line
        assert line not in RUN_BY_CI or line in ci, f"{line} is not run by .ci/run"


def test_the_commands_of_the_readme_work(served):
    folder, _, environment = served
    shown = commands("README.md")
    assert len(shown) >= 10
    for command in shown:
        done = subprocess.run(in_this_environment(command), cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        assert done.stdout.strip() or "--output" in command, f"{command} prints nothing"
    assert "Traceback" not in done.stderr


def test_the_python_of_the_readme_stores_a_record(served, capsys):
    _, address, _ = served
    (program,) = python_blocks("README.md")
    assert "127.0.0.1:50051" in program
    exec(compile(program.replace("127.0.0.1:50051", address), "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("DECISION_KIND_CREATED identities/")


def test_the_worked_example_of_identities_works(served, tmp_path):
    _, address, _ = served
    blocks = python_blocks("docs/identities.md")
    assert sum("127.0.0.1:50051" in block for block in blocks) == 1
    example = tmp_path / "identities.md"
    example.write_text("\n".join(blocks).replace("127.0.0.1:50051", address), encoding="utf-8")
    failed, tried = doctest.testfile(str(example), module_relative=False)
    assert tried > 40
    assert failed == 0


def test_the_commands_and_the_worked_example_of_the_feed_work(served, tmp_path):
    folder, address, environment = served
    for command in commands("docs/feed.md"):
        done = subprocess.run(in_this_environment(command), cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stderr[-2000:]}"
    blocks = python_blocks("docs/feed.md")
    assert sum("127.0.0.1:50051" in block for block in blocks) == 1
    example = tmp_path / "feed.md"
    example.write_text("\n".join(blocks).replace("127.0.0.1:50051", address), encoding="utf-8")
    failed, tried = doctest.testfile(str(example), module_relative=False)
    assert tried > 30
    assert failed == 0


def test_the_commands_and_the_program_of_the_page_about_the_audit_log_work(served, monkeypatch):
    folder, _, environment = served
    for command in commands("docs/audit.md"):
        done = subprocess.run(in_this_environment(command), cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert "It extends" in done.stdout
    (program,) = python_blocks("docs/audit.md")
    monkeypatch.chdir(folder)
    told = {}
    exec(compile(program, "audit.md", "exec"), told)
    assert told["expected"] == len((folder / "monday.jsonl").read_text(encoding="utf-8").splitlines()) + 1 > 2


def run_in_order(document, tmp_path):
    """Runs the commands of a page as a shell would that waits for the server; gives what the last one printed."""
    address, server, done = free_address(), None, None
    environment = {**os.environ, "RESOLVER_ADDRESS": address}
    resolver = Path(sys.executable).with_name("resolver")
    try:
        for line in console_lines(document):
            command = line.replace(".venv/bin/resolver", str(resolver)).removesuffix(" &")
            if line.endswith(" &"):
                before, _, started = command.rpartition(" && ")
                subprocess.run(before, shell=True, cwd=tmp_path, check=True)
                server = subprocess.Popen([*shlex.split(started), "--address", address], cwd=tmp_path)
                wait_for(address)
            elif line == "kill %1":
                server.terminate()
                assert server.wait(timeout=60) == 0
            else:
                done = subprocess.run(
                    command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True
                )
                assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    finally:
        if server is not None and server.poll() is None:
            server.kill()
            server.wait(timeout=60)
    return done.stdout


def test_the_commands_of_the_page_for_operators_work_in_their_order(tmp_path):
    run_in_order("docs/operations.md", tmp_path)
    assert {path.name for path in tmp_path.glob("*/*")} == {
        "monday.duckdb",
        "monday.json",
        "at-rest.duckdb",
        "at-rest.json",
    }
    assert (tmp_path / "restored.duckdb").exists()


def test_the_commands_and_the_policy_of_the_page_on_retention_work_in_their_order(tmp_path):
    (policy,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/retention.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "policy.yaml").write_text(policy, encoding="utf-8")
    checked = run_in_order("docs/retention.md", tmp_path)
    assert "holds   nothing is left of a record that was purged" in checked


def run_by_bash(document, tmp_path):
    """Runs the commands of a page as one script, which waits for the server that a line starts."""
    address = free_address()
    wait = f"until (exec 3<>/dev/tcp/{address.replace(':', '/')}) 2>/dev/null; do kill -0 %1; sleep 0.1; done"
    resolver = Path(sys.executable).with_name("resolver")
    lines = ["set -e", "trap 'kill %1 2>/dev/null || true' EXIT"]
    for line in console_lines(document):
        command = line.replace(".venv/bin/resolver", str(resolver))
        lines += [command.replace(" &", f" --address {address} &"), wait] if line.endswith(" &") else [command]
    environment = {**os.environ, "RESOLVER_ADDRESS": address}
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


def test_the_commands_of_the_page_on_access_work_in_their_order(tmp_path):
    done = run_by_bash("docs/access.md", tmp_path)
    assert "the access file was read again" in done.stderr


def test_the_commands_of_the_page_on_models_work_in_their_order(tmp_path):
    """The one test that lets a service train a model."""
    done = run_by_bash("docs/models.md", tmp_path)
    assert "300 records, counted from a truth, weights corrected; 2 of 2 approvals" in done.stdout
    assert "other.jsonl, 200 records: precision" in done.stdout
    assert "SUCCEEDED" in done.stdout
    (folder,) = (tmp_path / "models").iterdir()
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "parameters.json", "term_frequencies.json"}


def test_the_access_file_of_the_page_on_access_is_right():
    (shown,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/access.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(parse_access(shown).grants) == 3


def test_the_commands_of_the_training_page_work(tmp_path):
    for command in commands("docs/training.md"):
        done = subprocess.run(in_this_environment(command), cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stderr[-2000:]}"
    assert len(list((tmp_path / "models").iterdir())) == 1


def test_the_documents_link_to_what_exists():
    for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_worked_example_of_changing_a_model_works_from_training_to_rollback(tmp_path):
    done = run_by_bash("docs/changing-a-model.md", tmp_path)
    assert re.findall(r"^(plans/[0-9]+: \w+ ?\w*)", done.stdout, re.MULTILINE) == [
        "plans/1: refused",
        *("plans/2: planned",) * 2,
        "plans/2: applied",
        "plans/2: rolled back",
        *("plans/3: planned",) * 2,
        "plans/3: rolled back",
        "plans/4: planned",
        "plans/4: applied",
        "plans/4: rolled back",
        *("plans/5: planned",) * 2,
        "plans/5: applied",
        "plans/5: rolled back",
        "plans/6: planned",
    ]
    assert "nobody approves of it" in done.stdout
    assert "MODEL_NOT_APPROVED" in done.stderr
    assert "its source was dropped" in done.stdout
    assert "STAGED_SOURCE_GONE" in done.stderr
    assert re.search(r"SUCCEEDED  apply-plan  plans/3", done.stdout)
