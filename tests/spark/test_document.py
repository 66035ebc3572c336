"""The commands of the page on Spark work in their order: planned on Spark, looked at, applied on Spark, whole."""

import re
import subprocess
import sys
from pathlib import Path

from tests.spark.conftest import WAIT

DOCUMENT = Path(__file__).parents[2] / "docs" / "spark.md"
RESOLVER = f"{sys.executable} -m resolver.cli"


def test_the_commands_of_the_page_work_in_their_order(tmp_path):
    (block,) = re.findall(r"```console\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    told = []
    for line in block.splitlines():
        command = line.removeprefix("$ ").replace(".venv/bin/resolver", RESOLVER)
        command = command.replace("--engine spark", f"--engine spark --spark-wait {WAIT}")
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=3_600)
        assert done.returncode == 0, f"{line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        told += done.stdout.splitlines()[:1] if " reresolve " in command else []
    assert [line.partition(",")[0] for line in told] == ["plans/1: planned", "plans/1: planned", "plans/1: applied"]
    assert list((tmp_path / "exchange").iterdir()) == []
