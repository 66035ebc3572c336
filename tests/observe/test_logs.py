"""The log: one line an entry, and a line for each call that failed."""

import json
import logging
import re

import grpc

from ftf.resolution.v1 import record_service_pb2
from resolver.observe.logs import JsonLines, Lines
from tests.conftest import PURPOSE
from tests.observe.marks import watched

GET = "/ftf.resolution.v1.RecordService/GetRecord"


def entry(name, message, *arguments, error=None, fields=None):
    found = logging.LogRecord(name, logging.INFO, "x.py", 1, message, arguments, None)
    if error is not None:
        found.exc_info = (type(error), error, error.__traceback__)
    if fields is not None:
        found.fields = fields
    return found


def raised():
    try:
        raise ValueError("Karim\nTestov")
    except ValueError as error:
        return error


def test_our_messages_are_written_in_full_with_their_fields():
    ours = entry("resolver.engine.engine", "%s batches", 3, fields={"lane": "bulk"})
    assert Lines().format(ours).endswith(" INFO resolver.engine.engine 3 batches lane=bulk")
    line = json.loads(JsonLines().format(ours))
    assert (line["message"], line["lane"], line["level"]) == ("3 batches", "bulk", "INFO")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])


def test_what_others_say_is_written_without_what_they_say_it_about():
    theirs = entry("asyncio", "cannot read %s\nTask of Karim", "Karim Testov")
    assert Lines().format(theirs).endswith(" INFO asyncio cannot read %s")


def test_an_exception_is_told_by_type_and_place_on_one_line():
    for formatter in (Lines(), JsonLines()):
        line = formatter.format(entry("asyncio", "failed", error=raised()))
        assert "Karim" not in line
        assert "ValueError at test_logs.py:" in line
        assert "\n" not in line


def test_a_failed_call_has_a_line_and_its_caller_the_same_number(monkeypatch):
    def fail(*_):
        raise KeyError("Karim Testov")

    request = record_service_pb2.GetRecordRequest(name="sources/logs/records/1").SerializeToString()
    with watched() as server:
        server.caller.call(GET, request, PURPOSE)
        monkeypatch.setattr(type(server.engine.reader), "record", fail)
        server.caller.call(GET, request, PURPOSE)
    lines = [json.loads(line) for line in server.logs["JSON log"].getvalue().splitlines()]
    missing, failed = (line for line in lines if line["message"] == "call failed")
    assert missing.items() >= {
        ("level", "INFO"),
        ("method", GET.removeprefix("/")),
        ("code", grpc.StatusCode.NOT_FOUND.name),
        ("reason", "RECORD_NOT_FOUND"),
    }
    assert (failed["level"], failed["code"], failed["reason"]) == ("ERROR", "INTERNAL", "INTERNAL")
    assert failed["seconds"] >= 0
    assert failed["call"] in server.caller.errors[-1]
    assert failed["call"] != missing["call"]
