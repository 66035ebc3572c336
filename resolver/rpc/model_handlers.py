"""What works on operations that train a model or try one out: both begin anew after a restart, and end the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ftf.resolution.v1 import model_service_pb2 as pb
from resolver.domain.errors import ErrorReason, NotFound, Refused, ResolverError
from resolver.engine.asked.models import NoteTrial
from resolver.engine.asked.writes import Write
from resolver.engine.engine import Engine
from resolver.jobs.beside import work_beside
from resolver.jobs.model_work import Training, Trying, train_in_folder, try_out
from resolver.jobs.operations import Handler, Running
from resolver.linkage.model import ModelError
from resolver.linkage.model_library import Entry, Kept, ModelLibrary, ModelMissing, ModelOfAnotherVersion
from resolver.rpc.model_messages import entry_to_message, trial_to_message
from resolver.rpc.operation_messages import packed
from resolver.rpc.record_lines import read_record_lines

TRAIN: Final = "train-model"
EVALUATE: Final = "evaluate-model"
_UNFINISHED: Final = ".unfinished-"
_SAMPLED_PAIRS: Final = 2e7
_OTHER_RECORDS: Final = 4.0
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class ModelFolders:
    """Where trained models are, and the files that they are trained on; None: there is no such folder."""

    models: Path | None = None
    data: Path | None = None

    def require_data(self) -> Path:
        """The folder of the files. Raises Refused with MODELS_NOT_CONFIGURED."""
        if self.data is None:
            raise _not_configured("the data of models")
        return self.data

    def require_models(self) -> Path:
        """The folder of the models. Raises Refused with MODELS_NOT_CONFIGURED."""
        if self.models is None:
            raise _not_configured("models")
        return self.models


NO_FOLDERS: Final = ModelFolders()


def model_handlers(engine: Engine, library: ModelLibrary, folders: ModelFolders) -> Mapping[str, Handler]:
    """Both, by the kinds of their operations. Removes what trainings left behind that were killed."""
    if folders.models is not None:
        for left in folders.models.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
    return {TRAIN: _Train(engine, library, folders), EVALUATE: _Evaluate(engine, library, folders)}


def read_model(library: ModelLibrary, name: str) -> Kept:
    """A model of the library, verified.

    Raises:
        NotFound: MODEL_NOT_FOUND.
        Refused: MODEL_DAMAGED or MODEL_OF_ANOTHER_VERSION.
    """
    try:
        return library.read(name)
    except ModelMissing as error:
        raise NotFound(ErrorReason.MODEL_NOT_FOUND, str(error)) from None
    except ModelOfAnotherVersion as error:
        raise Refused(ErrorReason.MODEL_OF_ANOTHER_VERSION, str(error)) from None
    except ModelError as error:
        raise Refused(ErrorReason.MODEL_DAMAGED, str(error)) from None


@dataclass(frozen=True, slots=True)
class _Train:
    engine: Engine
    library: ModelLibrary
    folders: ModelFolders
    resumes: bool = True

    def run(self, running: Running) -> bytes:
        request = pb.TrainModelRequest.FromString(running.operation.request)
        models, data = self.folders.require_models(), self.folders.require_data()
        unfinished = models / f"{_UNFINISHED}{running.operation.name.rpartition('/')[2]}"
        training = Training(
            records=data / request.records_file,
            truth=data / request.truth_file if request.truth_file else None,
            labels=data / request.labels_file if request.labels_file else None,
            sampled_pairs=request.sampled_pairs or _SAMPLED_PAIRS,
            other_records_of_a_person=request.other_records_of_a_person or _OTHER_RECORDS,
            seed=request.seed or _SEED,
            day=running.operation.create_time.date(),
            unfinished=unfinished,
            into=models,
        )
        try:
            made = work_beside(partial(train_in_folder, training, read_record_lines), running.report, "starting")
        finally:
            # The process may have been ended in the midst of it.
            shutil.rmtree(unfinished, ignore_errors=True)
        name = f"models/{made}"
        return packed(entry_to_message(Entry(name, read_model(self.library, name)), self.engine, levels=True))


@dataclass(frozen=True, slots=True)
class _Evaluate:
    engine: Engine
    library: ModelLibrary
    folders: ModelFolders
    resumes: bool = True

    def run(self, running: Running) -> bytes:
        request = pb.EvaluateModelRequest.FromString(running.operation.request)
        data, kept, policy = self.folders.require_data(), read_model(self.library, request.name), self.engine.policy
        trying = Trying(data / request.records_file, data / request.truth_file, kept.model, policy)
        figures = work_beside(partial(try_out, trying, read_record_lines), running.report, "starting")
        body = {"records_file": request.records_file, "policy": policy.name, "figures": figures}
        noted = NoteTrial(request.name, kept.digest, running.operation.name, json.dumps(body, ensure_ascii=False))
        self.engine.submit(Write((), atomic=True, vetting=noted)).result()
        trials = self.engine.reader.vetted.trials(kept.digest)
        return packed(trial_to_message(next(each for each in trials if each.operation == running.operation.name)))


def _not_configured(what: str) -> ResolverError:
    return Refused(ErrorReason.MODELS_NOT_CONFIGURED, f"this service was started without a folder for {what}")
