"""A session on a Spark master: found out to be possible before any work is done, and started within a bounded time."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from resolver.domain.errors import ErrorReason, Refused

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_JAVA: Final = 17
_JAVA_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 5.0
START_SECONDS: Final = 180.0
"""How long a session may take until it has done a first piece of work, if nothing else is said."""
_MASTER: Final = re.compile(r"local(\[(\d+|\*)(, *\d+)?\])?|yarn|k8s://.+|spark://[^,/]+:\d+(,[^,/]+:\d+)*")
_ADDRESS: Final = re.compile(r"(?:k8s://(?:https?://)?|spark://|,)([^,/:\[\]]+|\[[^\]]+\]):(\d+)")
_VERSION: Final = re.compile(r'version "(\d+)')
_ALWAYS: Final = {
    # What Spark's functions make of NULL is then what DuckDB's make of it.
    "spark.sql.legacy.sizeOfNull": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}
_ON_THIS_MACHINE: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    # What is shared out among many machines is cut into more pieces than a few cores have use for.
    "spark.sql.shuffle.partitions": "16",
}


def check_spark(master: str) -> None:
    """Looks whether a session can be started at all, in seconds and without Spark.

    Raises:
        Refused: pyspark or Java is missing, the master's name is none, or nothing listens where it says.
    """
    if find_spec("pyspark") is None:
        raise Refused(ErrorReason.SPARK_MISSING, "Spark is not installed: pip install 'ftf-resolver[spark]'")
    _check_java()
    if _MASTER.fullmatch(master) is None:
        raise Refused(
            ErrorReason.SPARK_FAILED,
            f"{master} is no Spark master; one is local[4], spark://host:7077, yarn or k8s://https://host:6443",
        )
    addresses = [(host.strip("[]"), int(port)) for host, port in _ADDRESS.findall(master)]
    if addresses and not any(map(_listens, addresses)):
        raise Refused(ErrorReason.SPARK_FAILED, f"no Spark master answers at {master}")


@contextmanager
def spark_session(master: str, settings: Mapping[str, str], seconds: float) -> Iterator[SparkSession]:
    """A session that has done a first piece of work, and ends with the block.

    Args:
        master: as `check_spark` takes it.
        settings: Spark's, such as `spark.executor.memory`; they go before ours.
        seconds: until when it must have started.

    Raises:
        Refused: it did not start in time.
    """
    with ThreadPoolExecutor(1) as beside:
        starting = beside.submit(_started, master, settings)
        try:
            session = starting.result(seconds)
        except Exception as error:  # noqa: BLE001 - of Py4J or Spark; its text may be pages long
            _kill()
            words = f"no session on {master} within {seconds:g} s"
            known = isinstance(error, TimeoutError)
            raise Refused(
                ErrorReason.SPARK_FAILED, words if known else f"no session on {master}: {type(error).__name__}"
            ) from None
    try:
        yield session
    finally:
        # A session that broke down cannot be stopped in order.
        with suppress(Exception):
            session.stop()
        _kill()


def _started(master: str, settings: Mapping[str, str]) -> SparkSession:
    from pyspark.sql import SparkSession
    from splink.backends.spark import similarity_jar_location

    options = _ALWAYS | (_ON_THIS_MACHINE if master.startswith("local") else {}) | dict(settings)
    jars = ",".join(filter(None, (options.get("spark.jars"), similarity_jar_location())))
    builder = SparkSession.builder.master(master).appName("ftf-resolver").config("spark.jars", jars)
    for name, value in options.items():
        if name != "spark.jars":
            builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.range(1).count()
    return session


def _kill() -> None:
    """Ends the Java process that pyspark started, so that nothing waits for it and the next session gets its own."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is not None:
        with suppress(Exception):
            gateway.shutdown()
        process = getattr(gateway, "proc", None)
        if process is not None:
            process.kill()
            process.wait()
        SparkContext._gateway = SparkContext._jvm = None


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    wanted = f"Spark needs Java {_JAVA} or later"
    if java is None:
        raise Refused(ErrorReason.SPARK_MISSING, f"{wanted}, and none was found: set JAVA_HOME, or install it")
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=_JAVA_SECONDS, check=True)  # noqa: S603 - the operator's
    except (OSError, subprocess.SubprocessError):
        raise Refused(ErrorReason.SPARK_MISSING, f"{wanted}, and {java} does not run") from None
    found = _VERSION.search(told.stderr + told.stdout)
    if found is None or int(found[1]) < _JAVA:
        raise Refused(ErrorReason.SPARK_MISSING, f"{wanted}, and {java} is {found[1] if found else 'something else'}")


def _listens(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=_CONNECT_SECONDS):
            return True
    except OSError:
        return False
