"""Where traces go: to an OpenTelemetry collector, as the standard OTEL_* variables of the environment say."""

from __future__ import annotations

from importlib.metadata import version

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from resolver.observe.tracing import Traces


def traces_to_collector() -> Traces:
    """Traces that are sent in the background; `OTEL_EXPORTER_OTLP_ENDPOINT` says where, by default localhost:4317."""
    about = Resource.create({"service.name": "ftf-resolver", "service.version": version("ftf-resolver")})
    provider = TracerProvider(resource=about, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider)
