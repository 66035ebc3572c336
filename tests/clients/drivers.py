"""The drivers of the languages: which there are, whether they can be built here, and one as a process."""

import json
import queue
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from functools import cache

import yaml

from tests.clients.catalogue import ROOT

ANSWER = 60.0
"""Seconds within which a driver has to answer; none of the scenarios asks for more than a few."""
_BUILD = 900.0


@dataclass(frozen=True)
class Language:
    """A language as its `conformance.yaml` describes it."""

    name: str
    needs: tuple[str, ...]
    build: tuple[str, ...]
    command: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        """The programs that are needed and not here."""
        return [program for program in self.needs if shutil.which(program) is None]


def languages() -> list[Language]:
    """All languages that have a driver."""
    return [_language(path) for path in sorted((ROOT / "clients").glob("*/conformance.yaml"))]


def _language(path):
    stated = yaml.safe_load(path.read_text(encoding="utf-8"))
    command = tuple(sys.executable if word == "{python}" else word for word in stated["command"])
    return Language(path.parent.name, tuple(stated["needs"]), tuple(stated["build"]), command)


@cache
def build(language: Language) -> str:
    """Builds a driver, once; what its compiler says when that fails, else nothing."""
    if not language.build:
        return ""
    done = subprocess.run(language.build, cwd=ROOT, capture_output=True, text=True, timeout=_BUILD)
    return "" if done.returncode == 0 else f"{' '.join(language.build)} failed:\n{(done.stdout + done.stderr)[-4000:]}"


class Driver:
    """One process of a driver; requests go in and outcomes come out, in turn."""

    def __init__(self, language: Language, log):
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(language.command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=log, text=True)
        self._answers: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="driver")
        self._reader.start()

    def ask(self, request: dict) -> None:
        """Sends a request."""
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def outcome(self) -> dict:
        """The outcome of the request that is due."""
        try:
            line = self._answers.get(timeout=ANSWER)
        except queue.Empty:
            raise AssertionError("the driver did not answer") from None
        assert line, "the driver ended"
        return json.loads(line)

    def kill(self) -> None:
        """Ends the process where it is."""
        self._process.kill()
        self._wait()

    def close(self) -> None:
        """Ends the input, and with it the driver."""
        if self._process.poll() is None:
            self._process.stdin.close()
            try:
                self._process.wait(ANSWER)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the driver did not end with its input") from None
        self._wait()

    def _wait(self):
        self._process.wait(ANSWER)
        self._reader.join(ANSWER)
        for pipe in (self._process.stdin, self._process.stdout):
            pipe.close()

    def _read(self):
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")
