"""What is repeated by itself: the policy that the clients of all languages share."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Final

SERVICE_CONFIG: Final = files("ftf_client").joinpath("service_config.json").read_text(encoding="utf-8")
"""For gRPC, as JSON: which methods are tried again on UNAVAILABLE, how often, and with which pauses."""
ATTEMPTS: Final[int] = json.loads(SERVICE_CONFIG)["methodConfig"][0]["retryPolicy"]["maxAttempts"]
"""Attempts of one call, the first included."""
