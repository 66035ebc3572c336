"""`ExplanationService`: says why records are, or are not, one person."""

from __future__ import annotations

import grpc

from ftf.resolution.v1 import explanation_service_pb2 as pb
from ftf.resolution.v1 import explanation_service_pb2_grpc as pb_grpc
from ftf.resolution.v1 import record_pb2
from resolver.domain.errors import FieldViolation, InvalidInput
from resolver.rpc.backend import Backend
from resolver.rpc.convert import links_to_messages, review_reason, tasks_to_messages
from resolver.rpc.explain_values import values_of
from resolver.rpc.not_found import no_identity, no_record
from resolver.rpc.resource_names import require_identity_name, require_record_name
from resolver.store.views import PairExplanation


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
        found = await self._backend.read(self._backend.reader.explain_pair, request.left, request.right)
        if found is None:
            raise no_record(await self._missing(request))
        engine = self._backend.engine
        return _pair(found, engine.model_name, engine.policy_name)

    async def ExplainIdentity(
        self,
        request: pb.ExplainIdentityRequest,
        context: grpc.aio.ServicerContext[pb.ExplainIdentityRequest, pb.ExplainIdentityResponse],
    ) -> pb.ExplainIdentityResponse:
        """Explains how an identity was built."""
        require_identity_name("name", request.name)
        found = await self._backend.read(self._backend.reader.explain_identity, request.name)
        if found is None:
            raise no_identity(request.name)
        links = links_to_messages(found.uniting_links)
        return pb.ExplainIdentityResponse(
            name=found.identity.name,
            uniting_links=links,
            weakest_link=min(links, key=lambda link: link.match_weight, default=None),
            open_review_tasks=tasks_to_messages(found.open_review_tasks),
        )

    async def _missing(self, request: pb.ExplainPairRequest) -> str:
        left = await self._backend.read(self._backend.reader.record, request.left)
        return request.left if left is None or left.withdrawn else request.right


def _pair(found: PairExplanation, model: str, policy: str) -> pb.ExplainPairResponse:
    left = record_pb2.Record.FromString(found.left.payload)
    right = record_pb2.Record.FromString(found.right.payload)
    return pb.ExplainPairResponse(
        left=found.left.name,
        right=found.right.name,
        comparisons=[
            pb.ComparisonExplanation(
                comparison=level.comparison,
                level_code=level.level_code,
                level=level.level,
                left_values=values_of(left, level.comparison),
                right_values=values_of(right, level.comparison),
                match_weight=level.match_weight,
                term_frequency_adjustment=level.term_frequency_adjustment,
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
    )
