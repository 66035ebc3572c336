"""Plays one scenario with one driver, and says where it did not end as the list has it."""

import json
from pathlib import Path

from tests.clients.catalogue import Words, differences, value_at
from tests.clients.certificates import CertificateFolder
from tests.clients.drivers import Driver, Language
from tests.clients.proxy import Cut, Proxy
from tests.clients.stage import Stage, wait_for

CONNECT = {"purpose": "identify", "case_reference": "conformance", "timeout": 20, "patience": 30, "pause": 0.05}


class Play:
    """The steps of one scenario, in their order."""

    def __init__(
        self,
        scenario,
        language: Language,
        stage: Stage,
        proxy: Proxy | None,
        certificates: CertificateFolder,
        folder: Path,
        foreign,
    ):
        self._certificates = certificates
        self._scenario, self._language, self._stage, self._proxy = scenario, language, stage, proxy
        self._store = folder / "log.jsonl"
        self._log = (folder / "driver.stderr").open("a")
        self._words = Words(store=str(self._store), foreign=foreign)
        address = proxy.address if proxy else stage.address
        usual = "good" if scenario.get("transport") == "mutual_tls" else "none"
        tls = certificates.client(scenario.get("certificate", usual))
        self._connect = {"operation": "connect", "address": address, "tls": tls, **CONNECT}
        self._connect |= scenario.get("connect", {})
        self._driver = self._started()
        self.faults: list[str] = []

    def run(self) -> list[str]:
        """What was not as expected."""
        try:
            for number, step in enumerate(self._scenario["steps"], 1):
                self._words.keep("cursor", self._last_cursor())
                self._step(number, self._words.replaced(step))
            self._check_end()
        finally:
            self._driver.close()
            self._log.close()
        return self.faults

    def _step(self, number, step):
        if "harness" in step:
            self._act(**step)
            return
        for kind in ("operation", "start"):
            if kind in step:
                inputs = {key: value for key, value in step.items() if key not in (kind, "expect", "save")}
                self._driver.ask({"operation": step[kind], **inputs})
        if "start" in step:
            return
        outcome = self._driver.outcome()
        found = differences(step["finish"] if "finish" in step else step["expect"], outcome)
        self.faults += [f"step {number}{each}" for each in found]
        for name, path in step.get("save", {}).items():
            self._words.keep(name, value_at(outcome, path))

    def _act(self, harness, records=(), count=0, cursor="", certificate=""):
        if harness == "write":
            self._stage.write(records)
        elif harness == "await_delivered":
            wait_for(lambda: len(self._delivered()) >= count, f"{count} decisions in the log")
        elif harness == "await_stored":
            wait_for(lambda: len(self._stage.feed()) >= count, f"{count} decisions in the store")
        elif harness == "kill_server":
            self._stage.kill()
        elif harness == "start_server":
            self._stage.start()
        elif harness == "release":
            self._proxy.release()
        elif harness == "kill_driver":
            self._driver.kill()
            self._driver = self._started()
        elif harness == "connect_as":
            self._connect["tls"] = self._certificates.client(certificate)
            self._connect_driver(self._driver)
        elif harness == "plant_cursor":
            self._store.write_text(json.dumps({"cursor": cursor, "decision": None}) + "\n", encoding="utf-8")
        else:
            raise ValueError(f"the harness cannot {harness}")

    def _started(self) -> Driver:
        driver = Driver(self._language, self._log)
        self._connect_driver(driver)
        return driver

    def _connect_driver(self, driver: Driver):
        driver.ask(self._connect)
        assert driver.outcome() == {"ok": {}}, "the driver did not connect"

    def _check_end(self):
        expected = self._words.replaced({key: self._scenario.get(key) for key in ("delivered", "stored", "calls")})
        if expected["delivered"]:
            found = [decision["record"] for decision in self._delivered()]
            self.faults += differences(expected["delivered"]["records"], found, "delivered")
        if expected["stored"]:
            found = [each.decision.record for each in self._stage.feed()]
            self.faults += differences(expected["stored"]["decisions"], found, "stored")
        for method, calls in (expected["calls"] or {}).items():
            self.faults += self._call_faults(method, calls)
        if self._proxy and self._proxy.cuts_left:
            self.faults.append(f"proxy: {self._proxy.cuts_left} cuts met no connection")

    def _call_faults(self, method, calls):
        seen = [each for each in self._stage.seen if each.method == method]
        if len(seen) != calls["count"]:
            yield f"calls: {len(seen)} of {method} instead of {calls['count']}"
        if calls.get("one_request_id") and len(found := {each.request.request_id for each in seen} - {""}) != 1:
            yield f"calls: {len(found)} request ids in {method}"
        if "cursors" in calls and (found := [each.request.cursor for each in seen]) != calls["cursors"]:
            yield f"calls: cursors {found} in {method}"
        for each in seen:
            wanted = (self._connect["purpose"], self._connect["case_reference"])
            if (each.metadata.get("x-purpose"), each.metadata.get("x-case-reference")) != wanted:
                yield f"calls: {method} without its metadata"

    def _lines(self):
        if not self._store.exists():
            return []
        whole = self._store.read_bytes().rpartition(b"\n")[0].splitlines()
        return [json.loads(line) for line in whole]

    def _delivered(self):
        return [line["decision"] for line in self._lines() if line["decision"]]

    def _last_cursor(self):
        lines = self._lines()
        return lines[-1]["cursor"] if lines else ""


def cuts_of(scenario) -> list[Cut] | None:
    """The cuts of a scenario; None for one without a proxy."""
    return [Cut(**cut) for cut in scenario["cuts"]] if "cuts" in scenario else None
