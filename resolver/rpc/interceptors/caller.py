"""Refuses calls whose certificate does not say who calls, before anything of the call is looked at."""

from __future__ import annotations

import grpc

from resolver.rpc.callers import caller_of
from resolver.rpc.interceptors.handlers import Continuation, Handler, checking, is_ours


class CallerInterceptor(grpc.aio.ServerInterceptor):
    """Lets health and reflection pass to every certificate of the authority."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler | None:
        """Wraps the methods of the contract."""
        handler = await continuation(handler_call_details)
        if handler is None or not is_ours(handler_call_details.method):
            return handler
        return checking(handler, caller_of)
