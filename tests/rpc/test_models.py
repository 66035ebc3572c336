"""`ModelService`: a model is trained, tried out and approved, by the service and at the command line."""

import json
import uuid
from contextlib import ExitStack

import grpc
import pytest
from click.testing import CliRunner
from google.longrunning import operations_pb2

from ftf.resolution.v1 import model_service_pb2 as pb
from ftf.resolution.v1 import model_service_pb2_grpc, operation_pb2
from resolver.cli.main import main
from resolver.domain.errors import Refused
from resolver.domain.vetted import require_approved
from resolver.engine.engine import open_engine
from resolver.linkage.model import save_model, shipped_model
from resolver.linkage.model_library import write_manifest
from resolver.rpc.model_handlers import ModelFolders
from resolver.synthetic import generate_records
from resolver.synthetic.writer import write_files
from tests.access.examples import live_access
from tests.conftest import PURPOSE, serving
from tests.rpc.examples import reason_in, status_of_call
from tests.rpc.peers import RULES, served_peers

OTHERS = 200


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    made = ModelFolders(tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("data"))
    list(write_files(generate_records(5, OTHERS), made.data / "others.jsonl", made.data / "others.csv"))
    return made


@pytest.fixture(scope="module")
def served(folders):
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        (folders.models / ".unfinished-1").mkdir()
        yield stack.enter_context(serving(engine, models=folders))


@pytest.fixture(scope="module")
def command(served):
    def run(*arguments, fails=0):
        given = [*map(str, arguments), "--address", served.address]
        found = CliRunner().invoke(main, given, catch_exceptions=False)
        assert found.exit_code == fails, found.output
        return found.stdout

    return run


@pytest.fixture(scope="module")
def name(folders, served):
    """A model of the folder; what the service trains and tries out itself is in `tests/docs`, as that takes long."""
    shipped = shipped_model()
    made = save_model(folders.models, "2100-01-01", 0.001, shipped.levels, shipped.frequencies, shipped.description)
    write_manifest(made)
    return f"models/{made.name}"


def refused(call, request):
    with pytest.raises(grpc.RpcError) as caught:
        call(request, timeout=60)
    return caught.value.code().name, reason_in(status_of_call(caught.value))


def ended(served, operation):
    request = operations_pb2.WaitOperationRequest(name=operation.name)
    return served.operations.WaitOperation(request, timeout=120)


def test_the_shipped_model_is_listed_and_decides(served):
    found = served.models.GetModel(pb.GetModelRequest(name=shipped_model().name))
    assert found.state == pb.MODEL_STATE_ACTIVE
    assert found.training_data.records == 180_000
    assert found.thresholds.merge_weight == 5.0
    same_day = next(level for level in found.levels if level.level_code == "birth_date.same_day")
    assert same_day.match_weight == pytest.approx(10.57, abs=0.01)


def test_models_are_listed_by_pages_newest_first(served, name):
    first = served.models.ListModels(pb.ListModelsRequest(page_size=1))
    rest = served.models.ListModels(pb.ListModelsRequest(page_size=1, page_token=first.next_page_token))
    assert [each.name for each in (*first.models, *rest.models)] == [name, shipped_model().name]
    assert [each.state for each in first.models] == [pb.MODEL_STATE_TRAINED]
    assert not any(each.levels for each in first.models)


def test_two_people_approve_of_a_model_and_one_cannot_do_it_twice(served, command, name):
    digest = served.models.GetModel(pb.GetModelRequest(name=name)).sha256

    def approve(examiner, sha256=digest, request_id=""):
        return pb.ApproveModelRequest(
            name=name, examiner=examiner, reason="read the report", sha256=sha256, request_id=request_id
        )

    assert refused(served.models.ApproveModel, approve("7", sha256=bytes(32))) == ("ABORTED", "ETAG_MISMATCH")
    once = approve("7", request_id=str(uuid.uuid4()))
    assert served.models.ApproveModel(once).state == pb.MODEL_STATE_TRAINED
    assert len(served.models.ApproveModel(once).approvals) == 1, "a repeat approves nothing twice"
    with pytest.raises(Refused, match="1 of 2 persons"):
        require_approved(name, served.engine.reader.vetted.approvals(digest), served.engine.policy.model_approvals)
    assert refused(served.models.ApproveModel, approve("7")) == ("FAILED_PRECONDITION", "SECOND_PERSON_REQUIRED")
    shown = command("models", "approve", name, "--examiner", "8", "--reason", "looked at the worst pairs")
    assert "2 of 2 approvals" in shown
    assert "approved by 7: read the report" in command("models", "show", name)
    found = served.models.GetModel(pb.GetModelRequest(name=name))
    assert found.state == pb.MODEL_STATE_APPROVED
    require_approved(name, served.engine.reader.vetted.approvals(digest), served.engine.policy.model_approvals)


def test_a_training_that_is_cancelled_leaves_nothing(served, command, name, folders):
    assert [path.name for path in folders.models.iterdir()] == [name.removeprefix("models/")], "left by a kill"
    request = pb.TrainModelRequest(records_file="others.jsonl", seed=9, request_id=str(uuid.uuid4()))
    begun = served.models.TrainModel(request)
    assert served.models.TrainModel(request).name == begun.name
    assert begun.name in command("operations", "list", "--running")
    assert "train-model" in command("operations", "cancel", begun.name.removeprefix("operations/"))
    found = ended(served, begun)
    about = operation_pb2.OperationMetadata()
    found.metadata.Unpack(about)
    assert about.state == operation_pb2.OPERATION_STATE_CANCELLED
    assert [path.name for path in folders.models.iterdir()] == [name.removeprefix("models/")]
    assert "was cancelled" in command("operations", "wait", begun.name, fails=1)
    assert json.loads(command("operations", "show", begun.name, "--json"))["done"]
    command("operations", "delete", begun.name)
    assert command("operations", "list", "--running") == "There are no operations.\n"
    assert refused(served.operations.GetOperation, operations_pb2.GetOperationRequest(name=begun.name)) == (
        "NOT_FOUND",
        "OPERATION_NOT_FOUND",
    )


def test_a_file_that_cannot_be_learned_from_is_told_by_its_line_and_without_what_it_says(served, folders):
    (folders.data / "broken.jsonl").write_text('{"name": "sources/a/records/1", "given": "Zelimkhan"}\n')
    found = ended(served, served.models.TrainModel(pb.TrainModelRequest(records_file="broken.jsonl")))
    assert (reason_in(found.error), found.error.message) == (
        "TRAINING_DATA_INVALID",
        "broken.jsonl: line 1: not a record",
    )


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (pb.TrainModelRequest(records_file="nowhere.jsonl"), "TRAINING_DATA_INVALID"),
        (pb.TrainModelRequest(records_file="../records.jsonl"), "FIELD_INVALID"),
        (pb.TrainModelRequest(records_file=".hidden"), "FIELD_INVALID"),
        (pb.TrainModelRequest(), "FIELD_INVALID"),
        (pb.TrainModelRequest(records_file="a", truth_file="b", labels_file="c"), "FIELD_INVALID"),
        (pb.TrainModelRequest(records_file="others.jsonl", sampled_pairs=float("nan")), "FIELD_INVALID"),
        (pb.EvaluateModelRequest(name=shipped_model().name, records_file="others.jsonl"), "FIELD_INVALID"),
        (
            pb.EvaluateModelRequest(name="models/2026-01-01-00000000", records_file="a", truth_file="b"),
            "MODEL_NOT_FOUND",
        ),
        (pb.GetModelRequest(name="models/../../etc"), "FIELD_INVALID"),
        (pb.GetModelRequest(name="models/2026-01-01-00000000"), "MODEL_NOT_FOUND"),
    ],
)
def test_what_cannot_be_done_is_refused_before_it_is_begun(served, request_, reason):
    method = type(request_).__name__.removesuffix("Request")
    assert refused(getattr(served.models, method), request_)[1] == reason


def test_a_damaged_model_is_listed_and_not_used(served, command, folders, name):
    path = folders.models / name.removeprefix("models/") / "parameters.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"0.0", b"0.1"))
    try:
        found = refused(served.models.GetModel, pb.GetModelRequest(name=name))
        assert found == ("FAILED_PRECONDITION", "MODEL_DAMAGED")
        assert "UNUSABLE  model" in command("models", "list")
        approve = pb.ApproveModelRequest(name=name, examiner="9", reason="why not")
        assert refused(served.models.ApproveModel, approve)[1] == "MODEL_DAMAGED"
    finally:
        path.write_bytes(content)


def test_a_server_without_folders_trains_nothing(server):
    request = pb.TrainModelRequest(records_file="others.jsonl")
    assert refused(server.models.TrainModel, request) == ("FAILED_PRECONDITION", "MODELS_NOT_CONFIGURED")


def test_an_operator_trains_and_a_reviewer_approves(tmp_path, folders):
    operator = '  - {caller: "ftf://FRA/ncb/border", roles: [OPERATOR], purposes: ["*"]}'
    rules = RULES.replace("\nsources:", f"\n{operator}\nsources:")
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        peers = stack.enter_context(served_peers(engine, live_access(rules), tmp_path, models=folders))
        border, records = (model_service_pb2_grpc.ModelServiceStub(peers[who].channel) for who in ("border", "france"))
        train = pb.TrainModelRequest(records_file="nowhere.jsonl")
        approve = pb.ApproveModelRequest(name=shipped_model().name, examiner="7", reason="made up")
        asked = {"metadata": PURPOSE, "timeout": 30}
        for call, request in ((records.TrainModel, train), (border.ApproveModel, approve)):
            with pytest.raises(grpc.RpcError) as caught:
                call(request, **asked)
            assert reason_in(status_of_call(caught.value)) == "ROLE_REQUIRED"
        (approval,) = records.ApproveModel(approve, **asked).approvals
        assert approval.caller == "ftf://FRA/ncb/records"
