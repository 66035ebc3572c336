"""The retry policy names what may be repeated, and nothing else; what a client repeats is safe."""

import json

from ftf_client.policy import ATTEMPTS
from tests.clients.catalogue import ROOT

READS = ("Get", "List", "Lookup", "Explain", "Verify")
REPEATABLE = {"CreateConsumer", "AcknowledgeDecisions", "ExtendRetention"}
"""Writes without a request_id whose comment in the contract says that they may be repeated."""
NEVER = {
    "ResolveRecords",
    "WatchDecisions",
    "DeleteConsumer",
    "CreateBackup",
    "StageRecords",
    "DropStagedSource",
}
"""Streams, which go on by themselves; writes that fail the second time (NOT_FOUND, BACKUP_EXISTS) or begin another."""

(METHOD_CONFIG,) = json.loads((ROOT / "clients" / "service_config.json").read_text(encoding="utf-8"))["methodConfig"]


def test_what_may_be_repeated_is_and_nothing_else(files):
    requests = {f".{file.package}.{message.name}": message for file in files for message in file.message_type}
    named = {(each["service"], each["method"]) for each in METHOD_CONFIG["name"]}
    wanted = set()
    for file in files:
        for service in file.service:
            for method in service.method:
                repeatable = "request_id" in {field.name for field in requests[method.input_type].field}
                safe = repeatable or method.name.startswith(READS) or method.name in REPEATABLE
                assert safe is not (method.name in NEVER), f"{method.name}: is it safe to repeat?"
                if safe:
                    wanted.add((f"{file.package}.{service.name}", method.name))
    assert named == wanted


def test_only_an_absent_service_is_asked_again():
    assert METHOD_CONFIG["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
    assert METHOD_CONFIG["retryPolicy"]["maxAttempts"] == ATTEMPTS


def test_the_python_client_has_the_policy_of_all():
    copy = ROOT / "clients" / "python" / "ftf_client" / "service_config.json"
    assert copy.read_bytes() == (ROOT / "clients" / "service_config.json").read_bytes()
