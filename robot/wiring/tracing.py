"""Traces, where the settings say where they go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from robot.i18n import tr
from robot.settings import ConfigurationError, Settings

if TYPE_CHECKING:
    from robot.observability.traces import CallTracer

LAST_S = 5.0
"""The node's end does not wait longer for a collector that does not answer."""


@asynccontextmanager
async def tracing(settings: Settings) -> AsyncIterator[CallTracer | None]:
    """None, and nothing imported, where no address is set. What is still to be sent is sent on leaving. Raises
    ConfigurationError where the packages are not installed."""
    chosen = settings.traces
    if not chosen.endpoint:
        yield None
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        from robot.observability.traces import CallIds, CallTracer, provider  # noqa: PLC0415
    except ImportError as error:
        raise ConfigurationError(
            tr(
                "ZVONAR_TRACES__ENDPOINT: нужны пакеты OpenTelemetry: pip install 'zvonar[otel]'",
                "ZVONAR_TRACES__ENDPOINT: needs the packages of OpenTelemetry: pip install 'zvonar[otel]'",
            )
        ) from error
    ids = CallIds()
    spans = provider(settings.dialer.node, ids)
    exporter = OTLPSpanExporter(endpoint=chosen.endpoint, timeout=LAST_S)
    spans.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield CallTracer(spans, ids, share=chosen.share)
    finally:
        await asyncio.to_thread(spans.shutdown)
