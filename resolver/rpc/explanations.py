"""`ExplanationService`: says why records are, or are not, one person."""

from __future__ import annotations

from datetime import datetime
from typing import Final, cast

import grpc

from ftf.resolution.v1 import explanation_service_pb2 as pb
from ftf.resolution.v1 import explanation_service_pb2_grpc as pb_grpc
from ftf.resolution.v1 import record_pb2
from resolver.domain.errors import FieldViolation, InvalidInput
from resolver.domain.handling import Viewer
from resolver.domain.link_cell import Biometrics, Documents, IdentityData
from resolver.rpc.backend import Backend
from resolver.rpc.decision_messages import links_to_messages, review_reason
from resolver.rpc.explain_values import values_of
from resolver.rpc.judgement_messages import open_task_within, verdict_within
from resolver.rpc.marking_messages import mark, records_of_links
from resolver.rpc.not_found import no_identity, no_record
from resolver.rpc.resource_names import require_identity_name, require_record_name
from resolver.rpc.view import View
from resolver.store.views import IdentityExplanation, PairExplanation
from resolver.words.catalogue import comparison_words, language_of, level_words, outcome_words, reason_words


class ExplanationService(pb_grpc.ExplanationServiceServicer):
    """Explains pairs and identities with the model and policy in force."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def ExplainPair(
        self,
        request: pb.ExplainPairRequest,
        context: grpc.aio.ServicerContext[pb.ExplainPairRequest, pb.ExplainPairResponse],
    ) -> pb.ExplainPairResponse:
        """Explains a pair of records, whether or not they are one person."""
        require_record_name("left", request.left)
        require_record_name("right", request.right)
        if request.left == request.right:
            raise InvalidInput((FieldViolation("right", "must be another record than the left"),))
        view = self._backend.view_of(context)
        read = self._backend.reader.explanations.pair
        found = await self._backend.read(read, request.left, request.right, view.viewer)
        if found is None:
            raise no_record(await self._missing(request, view.viewer))
        engine = self._backend.engine
        explained = _pair(found, engine.model_name, engine.policy_name, language_of(request.language_code))
        mark(explained.record_markings, (request.left, request.right), view)
        return explained

    async def ExplainIdentity(
        self,
        request: pb.ExplainIdentityRequest,
        context: grpc.aio.ServicerContext[pb.ExplainIdentityRequest, pb.ExplainIdentityResponse],
    ) -> pb.ExplainIdentityResponse:
        """Explains how an identity was built."""
        require_identity_name("name", request.name)
        view, now = self._backend.view_of(context), self._backend.engine.now()
        read = self._backend.reader.explanations.identity
        found = await self._backend.read(read, request.name, now, view.viewer)
        if found is None:
            raise no_identity(request.name)
        return await self._backend.shown(view, _identity, found, now, view, language_of(request.language_code))

    async def _missing(self, request: pb.ExplainPairRequest, viewer: Viewer | None) -> str:
        left = await self._backend.read(self._backend.reader.record, request.left, None, viewer)
        return request.left if left is None or left.withdrawn else request.right


def _identity(found: IdentityExplanation, now: datetime, view: View, language: str) -> pb.ExplainIdentityResponse:
    links = links_to_messages(found.uniting_links)
    tasks = [open_task_within(task.at(now), view) for task in found.open_review_tasks]
    named = (
        *found.identity.records,
        *records_of_links(task.link for task in tasks),
        *(record for verdict in found.verdicts for record in (verdict.left, verdict.right)),
    )
    message = pb.ExplainIdentityResponse(
        name=found.identity.name,
        uniting_links=links,
        weakest_link=min(links, key=lambda link: link.match_weight, default=None),
        open_review_tasks=tasks,
        verdicts=map(verdict_within, found.verdicts),
        review_task_texts=[reason_words(task.task.reason, language) for task in found.open_review_tasks],
        language_code=language,
    )
    mark(message.record_markings, named, view)
    return message


def _pair(found: PairExplanation, model: str, policy: str, language: str) -> pb.ExplainPairResponse:
    left = record_pb2.Record.FromString(found.left.payload)
    right = record_pb2.Record.FromString(found.right.payload)
    return pb.ExplainPairResponse(
        left=found.left.name,
        right=found.right.name,
        comparisons=[
            pb.ComparisonExplanation(
                comparison=level.comparison,
                comparison_text=comparison_words(level.comparison, language),
                level_code=level.level_code,
                level=level_words(level.level_code, language),
                left_values=values_of(left, level.comparison),
                right_values=values_of(right, level.comparison),
                match_weight=level.match_weight,
                term_frequency_adjustment=level.term_frequency_adjustment,
                decisive=level.decisive,
            )
            for level in found.comparisons
        ],
        prior_weight=found.prior_weight,
        match_weight=found.match_weight,
        merge_threshold=found.merge_threshold,
        review_threshold=found.review_threshold,
        candidate=bool(found.shared_key_families),
        shared_key_families=found.shared_key_families,
        same_identity=found.same_identity,
        refusals=[review_reason(reason) for reason in found.refusals],
        model=model,
        policy=policy,
        decision_support_only=True,
        outcome=cast("pb.PairOutcome.ValueType", found.outcome.value),
        outcome_text=outcome_words(found.outcome.name.lower(), language),
        refusal_texts=[reason_words(reason, language) for reason in found.refusals],
        verdicts=map(verdict_within, found.verdicts),
        missing_weight=max(0.0, found.merge_threshold - found.match_weight),
        language_code=language,
        link_cell=pb.LinkCell(
            biometrics=_BIOMETRICS[found.cell.biometrics],
            identity_data=_IDENTITY_DATA[found.cell.identity],
            document=_DOCUMENTS[found.cell.document],
        ),
    )


_BIOMETRICS: Final = {
    Biometrics.DIFFERENT: pb.AGREEMENT_DIFFERENT,
    Biometrics.NOT_COMPARABLE: pb.AGREEMENT_NOT_COMPARABLE,
    Biometrics.SAME: pb.AGREEMENT_SAME,
}
_IDENTITY_DATA: Final = {
    IdentityData.DIFFERENT: pb.AGREEMENT_DIFFERENT,
    IdentityData.SIMILAR: pb.AGREEMENT_SIMILAR,
    IdentityData.SAME: pb.AGREEMENT_SAME,
}
_DOCUMENTS: Final = {
    Documents.DIFFERENT: pb.AGREEMENT_DIFFERENT,
    Documents.NOT_COMPARABLE: pb.AGREEMENT_NOT_COMPARABLE,
    Documents.SAME: pb.AGREEMENT_SAME,
}
