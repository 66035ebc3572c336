"""The figures of performance as a page for people."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.markdown import MET, table
from benchmarks.peers.peers import OURS, SPLINK, PeerFigures
from benchmarks.performance.asked import asked_figures, ours_for
from benchmarks.performance.figures import Performance
from benchmarks.performance.latency import Latency
from benchmarks.performance.load import CallFigures

_LATENCY = ("p50 ms", "p90 ms", "p99 ms", "most ms", "calls", "lost")


def page(found: Performance) -> str:
    """The page in Markdown: first what is asked, then a section for each measurement."""
    lines = [
        "# How fast",
        "",
        *_stamp(found),
        "",
        *table(
            ("what", "asked", "measured", "met", "measured on"),
            ((each.what, each.asked, each.measured, MET[each.met], each.measured_on) for each in asked_figures(found)),
        ),
        "",
        "met: – where nothing can be said, since it was measured at a smaller size than asked, or not at all.",
        *_growth(found),
        *_load(found),
        *_small(found),
        *_peers(found),
        *_profiles(found),
    ]
    return "\n".join(lines) + "\n"


def _stamp(found: Performance) -> Iterator[str]:
    stamp, plan = found.stamp, found.plan
    versions = ", ".join(f"{name} {version}" for name, version in found.versions.items())
    command = "make bench-full" if plan.name.endswith("-full") else "make bench"
    yield (
        f"Measured by `{command}` on {stamp.time} at commit {stamp.commit} with {found.model} in "
        f"{found.seconds:,.0f} s: {stamp.cores} cores ({stamp.processor}), {stamp.memory_gib:g} GiB, "
        f"Python {stamp.python}, {versions}; clients in processes of their own on the same machine."
    )
    yield ""
    yield (
        f"Made-up records of seed 303. Latencies are milliseconds at the client. Where calls arrive at random, a "
        "latency counts from when its call was due, however late it was sent; a lost call, refused or not answered "
        f"within its deadline, counts as having taken all of it. "
        f"{plan.taken.capitalize()}, unless another number is told."
    )


def _growth(found: Performance) -> Iterator[str]:
    yield from ("", "## Growth", "", f"![p50, p99 and records a second against store size]({found.plan.name}.svg)", "")
    yield (
        "Calls of `ResolveRecord`, durable, one in flight: cold are the first ones after a start, warm the later ones. "
        "The stream is the fastest message size. CPU is milliseconds a record, of the server and of the client."
    )
    yield ""
    head = ("records", "cold p50 / most", "warm p50 / p99", "CPU a call", "stream records/s", "CPU a record")
    rows = (
        (
            f"{each.records:,}",
            f"{each.cold.p50:,.1f} / {each.cold.most:,.1f}",
            f"{each.warm.latency.p50:,.1f} / {each.warm.latency.p99:,.1f}",
            f"{each.warm.server_cpu:.1f} + {each.warm.client_cpu:.1f}",
            f"{each.stream.records_per_second:,.0f}",
            f"{each.stream.server_cpu:.2f} + {each.stream.client_cpu:.2f}",
            f"{each.start:.1f}",
            f"{each.started.now:,.0f} / {each.streamed.now:,.0f} / {max(each.started.peak, each.streamed.peak):,.0f}",
            f"{each.file:,.0f}",
        )
        for each in found.stores
    )
    yield from table((*head, "start s", "MiB: started / after streams / most", "bytes on disk a record"), rows)
    yield from ("", f"The durable stream into {found.largest.records:,} records by message size:", "")
    yield from table(
        ("records a message", "records/s", "server CPU ms a record", "client CPU ms a record"),
        (
            (
                f"{each.message:,}",
                f"{each.records_per_second:,.0f}",
                f"{each.server_cpu:.2f}",
                f"{each.client_cpu:.2f}",
            )
            for each in found.largest.streams
        ),
    )


def _load(found: Performance) -> Iterator[str]:
    load, plan = found.load, found.plan
    yield from ("", "## Under load", "", f"A store of {found.largest.records:,} records; one run each.", "")
    beside = (
        f"durable, {load.beside.rate:g}/s, beside a stream ({load.beside_stream.records_per_second:,.0f} records/s)"
    )
    calls = [
        *((f"durable, {each.rate:g}/s for {plan.call_seconds:g} s", each) for each in load.open),
        (f"`validate_only`, {plan.screen_rate:g}/s for {plan.screen_seconds:g} s", load.screening),
        (beside, load.beside),
    ]
    yield from table(
        ("calls", *_LATENCY, "client late by at most, ms"),
        ((title, *_latency(each.latency), f"{each.sent_late:,.0f}") for title, each in calls),
    )
    told = [f"{title}: {_reasons(each)}" for title, each in calls if each.lost]
    if told:
        yield from ("", "Lost: " + "; ".join(told) + ".")


def _reasons(calls: CallFigures) -> str:
    return ", ".join(f"{count:,} {status}" for status, count in sorted(calls.lost.items()))


def _latency(latency: Latency) -> tuple[str, ...]:
    times = (latency.p50, latency.p90, latency.p99, latency.most)
    return (*(f"{each:,.1f}" for each in times), f"{latency.calls:,}", f"{latency.lost:,}")


def _small(found: Performance) -> Iterator[str]:
    yield from ("", "## Compiled scoring", "")
    yield f"One record against others on the tables of {found.largest.records:,} records, milliseconds, median of 40."
    yield ""
    yield from table(
        ("candidates", "planned once", "planned with every execution"),
        ((f"{each.candidates:,}", f"{each.prepared:,.1f}", f"{each.planned:,.1f}") for each in found.scoring),
    )
    hub = found.hub
    yield from ("", "## Very many that hang together", "")
    yield (
        f"One more record, seconds, median of 5: a hub that 2,000 records link to is regrouped in {hub.star:.3f}, "
        f"2,000 records with 20,000 links in {hub.tangle:.3f}; the whole write of a record with a passport that 1,000 "
        f"other people showed takes {hub.passport:.3f}."
    )


def _peers(found: Performance) -> Iterator[str]:
    if not found.peers:
        return
    yield from ("", "## Peers", "")
    yield (
        "Each in an environment and a process of its own, one after the other, on the same records and cores, used as "
        "its documentation says. Seconds are from the file to the result. `times ours` is against our batch run on "
        "the same records in the same run; the flat tables were made for the peers and that time is not counted. "
        "Pairwise precision and recall are against the truth of the made-up records."
    )
    yield ""
    head = (
        "tool",
        "records",
        "seconds",
        "records/s",
        "times ours",
        "precision / recall / F1",
        "MiB",
        "given",
        "cannot",
    )
    yield from table(head, (_peer(found, each) for each in found.peers))
    for each in found.peers:
        if each.peer == SPLINK and not each.problem:
            yield from _one_record(found, each)


def _peer(found: Performance, each: PeerFigures) -> tuple[str, ...]:
    title = f"{each.peer.name} {each.version}".strip()
    if each.problem or each.pairs is None:
        return title, f"{each.records:,}", each.problem, "–", "–", "–", "–", each.peer.given, each.peer.cannot
    ours = ours_for(found, each)
    ratio = "–" if each.peer.name == OURS or ours is None or ours.problem else f"{each.seconds / ours.seconds:.2f}"
    return (
        title,
        f"{each.records:,}",
        f"{each.seconds:,.1f} ({', '.join(f'{step} {seconds:,.1f}' for step, seconds in each.steps.items())})",
        f"{each.records / each.seconds:,.0f}",
        ratio,
        f"{each.pairs.precision:.4f} / {each.pairs.recall:.4f} / {each.pairs.f1:.4f}",
        f"{each.peak_mib:,.0f}",
        each.peer.given,
        each.peer.cannot,
    )


def _one_record(found: Performance, splink: PeerFigures) -> Iterator[str]:
    """What Splink takes for one record, beside ours."""
    yield from ("", "One record, milliseconds:", "")
    score = found.scoring[0]
    same = next((each for each in found.stores if each.records == splink.records), None)
    rows = [
        (
            f"score 1 x {score.candidates}",
            f"{splink.each['score_pairs']:,.0f} (`score_pairs`)",
            f"{score.prepared:,.1f} (compiled, planned once)",
            f"{splink.each['score_pairs'] / score.prepared:,.1f}",
        )
    ]
    if same is not None:
        rows.append(
            (
                f"one new record against {splink.records:,}",
                f"{splink.each['predict_between']:,.0f} (`predict_between`: pairs, nothing stored)",
                f"{same.warm.latency.p50:,.1f} (`ResolveRecord`: decided, durable, over gRPC)",
                f"{splink.each['predict_between'] / same.warm.latency.p50:,.1f}",
            )
        )
    yield from table(("", "Splink", "ours", "Splink over ours"), rows)


def _profiles(found: Performance) -> Iterator[str]:
    yield from ("", "## Where the time goes", "")
    links = ", ".join(f"[{name.removesuffix('.txt')}](profiles/{name})" for name in found.profiles)
    yield f"Profiles of the writer's thread, sampled while it worked: {links}."
