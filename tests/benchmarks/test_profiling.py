"""A profile from stacks: one thread alone, function by function, no path of an environment."""

from benchmarks.performance.profiling import profile_of, profile_text

STACKS = [
    "thread (7): writer;Engine._run (resolver/engine/engine.py:121);Writer.write (resolver/store/writer.py:10) 6",
    "thread (7): writer;Engine._run (resolver/engine/engine.py:121);Writer.write (resolver/store/writer.py:12) 2",
    "thread (7): writer;Engine._run (resolver/engine/engine.py:122) 1",
    "thread (7): writer;Engine._run (resolver/engine/engine.py:9);loads (/somewhere/site-packages/json/decoder.py:3) 1",
    "thread (8): rpc_0;serve (resolver/rpc/server.py:1) 50",
]
WRITE, RUN = "Writer.write (resolver/store/writer.py)", "Engine._run (resolver/engine/engine.py)"


def test_lines_of_a_function_are_counted_together_and_other_threads_are_left_out():
    profile = profile_of(STACKS)
    assert profile.samples == 10
    assert profile.own == {WRITE: 8, RUN: 1, "loads (json/decoder.py)": 1}
    assert profile.total[RUN] == 10


def test_recursion_counts_a_sample_once():
    profile = profile_of(["thread (7): writer;f (a.py:1);f (a.py:2);f (a.py:1) 4"])
    assert (profile.own["f (a.py)"], profile.total["f (a.py)"]) == (4, 4)


def test_the_text_begins_with_the_most_own_time():
    text = profile_text(profile_of(STACKS), "A title")
    first = next(line for line in text.splitlines() if "%" in line)
    assert first.split() == ["80.0%", "80.0%", "Writer.write", "(resolver/store/writer.py)"]
    assert text.startswith("A title\n\n10 samples")
