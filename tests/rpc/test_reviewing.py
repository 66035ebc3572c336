"""Open questions through the interface: raised, ordered, filtered, paged, claimed and answered."""

import grpc
import pytest
from google.protobuf import duration_pb2
from google.type import date_pb2

from ftf.resolution.v1 import decision_pb2, record_pb2
from ftf.resolution.v1 import explanation_service_pb2 as explanation_pb
from ftf.resolution.v1 import review_service_pb2 as pb
from ftf.resolution.v1 import verdict_service_pb2 as verdict_pb
from tests.rpc.examples import person, reason_in, same_person, status_of_call
from tests.rpc.judging import DIFFERENT, ask, child_of_doubt, claim, confirm, resolve, settle, verdict

MINOR, BIRTHS = decision_pb2.REVIEW_REASON_MINOR, decision_pb2.REVIEW_REASON_BIRTH_DATES_CONFLICT
HOUR = duration_pb2.Duration(seconds=3_600)


def tasks(server, **which):
    return list(ask(server, pb.ListReviewTasksRequest(**which)).review_tasks)


def clash_of_births(server, source, country="FRA"):
    """The task that two records of one name and place raise, born eleven years apart."""
    one, other = same_person(source, 2)
    other.identities[0].births[0].earliest.year -= 11
    del other.documents[:]
    for record in (one, other):
        record.owner.country = country
    (task,) = resolve(server, one, other)[1].review_tasks_raised
    return task


@pytest.fixture
def raised(fresh_server):
    """Tasks of three kinds of stake and two countries, in their order of arrival."""
    return [
        clash_of_births(fresh_server, "reviewing-a"),
        child_of_doubt(fresh_server, "reviewing-b"),
        clash_of_births(fresh_server, "reviewing-c", country="DEU"),
    ]


def test_tasks_come_in_the_order_of_what_an_answer_is_worth_with_due_times(fresh_server, raised):
    listed = tasks(fresh_server)
    assert [task.name for task in listed] == [raised[1].name, raised[0].name, raised[2].name]
    priorities = [task.priority for task in listed]
    assert priorities == sorted(priorities, reverse=True)
    for task in listed:
        hours = {MINOR: 12, BIRTHS: 7 * 24}[task.reason]
        assert task.due_time.ToSeconds() - task.raise_time.ToSeconds() == hours * 3_600
        assert ask(fresh_server, pb.GetReviewTaskRequest(name=task.name)).etag == task.etag


def test_tasks_are_filtered_by_reason_country_authority_and_claim(fresh_server, raised):
    births, child, german = (task.name for task in raised)
    ask(fresh_server, claim(births, duration=HOUR))

    def names(**which):
        return {task.name for task in tasks(fresh_server, **which)}

    assert names(reasons=[MINOR]) == {child}
    assert names(reasons=[BIRTHS, MINOR]) == {births, child, german}
    assert names(country="DEU") == {german}
    assert names(country="DEU", reasons=[MINOR]) == set()
    assert names(authority="Test authority") == {births, child, german}
    assert names(authority="Another") == set()
    assert names(unclaimed_only=True) == {child, german}


def test_tasks_come_page_by_page_and_a_token_fits_its_filters_alone(fresh_server, raised):
    first = ask(fresh_server, pb.ListReviewTasksRequest(page_size=2))
    second = ask(fresh_server, pb.ListReviewTasksRequest(page_size=2, page_token=first.next_page_token))
    assert [task.name for task in (*first.review_tasks, *second.review_tasks)] == [t.name for t in tasks(fresh_server)]
    assert second.next_page_token == ""
    with pytest.raises(grpc.RpcError) as caught:
        tasks(fresh_server, country="DEU", page_token=first.next_page_token)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_claim_is_shown_renewed_and_rehearsed(server):
    task = child_of_doubt(server, "reviewing-d")
    rehearsed = ask(server, claim(task.name, duration=HOUR, validate_only=True))
    assert rehearsed.claim.examiner == "ex-1"
    assert not ask(server, pb.GetReviewTaskRequest(name=task.name)).HasField("claim")
    claimed = ask(server, claim(task.name))
    assert claimed.claim.expire_time.ToSeconds() > task.raise_time.ToSeconds()
    renewed = ask(server, claim(task.name, duration=duration_pb2.Duration(seconds=24 * 3_600)))
    assert renewed.claim.expire_time.ToSeconds() > claimed.claim.expire_time.ToSeconds()
    assert ask(server, pb.GetReviewTaskRequest(name=task.name)).claim == renewed.claim


def test_an_answer_is_a_verdict_that_closes_the_task(server):
    task = clash_of_births(server, "reviewing-e")
    ask(server, claim(task.name))
    told = ask(server, settle(task.name, kind=DIFFERENT))
    (given,) = told.verdicts
    assert {given.left, given.right} == {task.link.left, task.link.right}
    assert [closed.name for closed in told.decision.review_tasks_closed] == [task.name]
    with pytest.raises(grpc.RpcError) as caught:
        ask(server, pb.GetReviewTaskRequest(name=task.name))
    assert reason_in(status_of_call(caught.value)) == "REVIEW_TASK_NOT_FOUND"


def test_a_task_that_waits_for_a_second_person_stays_open_and_says_so(server):
    task = child_of_doubt(server, "reviewing-f")
    ask(server, claim(task.name))
    (waiting,) = ask(server, settle(task.name)).verdicts
    assert waiting.state == verdict_pb.VERDICT_STATE_PENDING
    assert list(ask(server, pb.GetReviewTaskRequest(name=task.name)).pending_verdicts) == [waiting.name]
    agreed = ask(server, confirm(waiting.name))
    assert [closed.name for closed in agreed.decision.review_tasks_closed] == [task.name]


def test_a_correction_that_ends_the_doubt_closes_the_task(server):
    task = clash_of_births(server, "reviewing-g")
    told = resolve(server, same_person("reviewing-g", 2)[1])[0]
    assert [closed.name for closed in told.review_tasks_closed] == [task.name]
    assert told.kind == decision_pb2.DECISION_KIND_MERGED


def test_a_task_is_explained_without_a_word_of_a_third_record(server):
    """The pair's own values, and codes; what a third record of the identity states is nobody's here."""
    one, other = same_person("reviewing-h", 2)
    third = same_person("reviewing-h", 3)[2]
    third.identities[0].names.add(full_name="Secretov Unseen", kind=record_pb2.NAME_KIND_ALIAS)
    third.contacts.add(kind=record_pb2.CONTACT_KIND_PHONE, value="+33 1 99 88 77 66")
    other.identities[0].births[0].earliest.year -= 11
    del other.documents[:]
    resolve(server, one, third, other)
    pair = ask(server, explanation_pb.ExplainPairRequest(left=one.name, right=other.name))
    identity = ask(server, explanation_pb.ExplainIdentityRequest(name=resolve(server, one)[0].identity))
    for text in (str(pair), str(identity)):
        assert "Secretov" not in text
        assert "99 88" not in text
    assert pair.outcome == explanation_pb.PAIR_OUTCOME_REFUSED
    # Names do not unite what was born years apart, either.
    assert list(pair.refusals) == [BIRTHS, decision_pb2.REVIEW_REASON_NAMES_DISAGREE]
    assert [task.reason for task in identity.open_review_tasks] == [BIRTHS]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("", "en"), ("fr", "fr"), ("es-MX", "es"), ("AR", "ar"), ("ru", "en"), ("not a language", "en")],
)
def test_an_explanation_says_in_which_language_it_is(server, asked, answered):
    one, other = person("sources/reviewing-i/records/1"), person("sources/reviewing-i/records/2")
    resolve(server, one, other)
    found = ask(server, explanation_pb.ExplainPairRequest(left=one.name, right=other.name, language_code=asked))
    assert found.language_code == answered
    assert found.outcome_text
    assert all(each.level and each.comparison_text for each in found.comparisons)


def test_why_not_says_how_many_bits_are_missing_and_which_comparisons_decided(server):
    one = person("sources/reviewing-j/records/1", "Ruslan Dzhabrailov Magomadov", born=(1983, 10, 21))
    other = person("sources/reviewing-j/records/2", "Ruslan Magomadov")
    other.identities[0].births[0].earliest.CopyFrom(date_pb2.Date(year=1982))
    for record in (one, other):
        record.identities[0].nationalities.append("RUS")
    resolve(server, one, other)
    found = ask(server, explanation_pb.ExplainPairRequest(left=one.name, right=other.name))
    assert found.outcome == explanation_pb.PAIR_OUTCOME_REVIEW
    assert found.missing_weight == pytest.approx(found.merge_threshold - found.match_weight)
    assert found.missing_weight > 0
    ask(server, verdict(one.name, other.name, reason="one photograph"))
    said = ask(server, explanation_pb.ExplainPairRequest(left=one.name, right=other.name))
    assert said.outcome == explanation_pb.PAIR_OUTCOME_VERDICT_SAME
    assert [each.reason for each in said.verdicts] == ["one photograph"]
