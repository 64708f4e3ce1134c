"""Jobs: leased, done once, given up late; none lost with the worker that had it."""

from io import BytesIO
from threading import Event

import pytest

from api.blog.incoming import EXTENSION
from api.blog.jobs import rules
from api.blog.jobs.problems import ARCHIVE_TOO_LARGE
from api.blog.jobs.task import LEASE, MOST_PROBLEMS, Done, Failed
from api.blog.jobs.worker import MOST_ATTEMPTS, MOST_TAKEN, Worker
from api.shared.problems import Problem
from api.shared.store import StoreUnavailable
from tests.support.records import new_tag

EMPTY_ARCHIVE = b"PK\x05\x06" + bytes(18)


@pytest.fixture
def context(app):
    return app.extensions[EXTENSION]


@pytest.fixture
def start(owner):
    """Start an export and return how to read it."""

    def begin():
        response = owner.post("/jobs", {"kind": "export"})
        assert response.status_code == 201, response.text
        return response.headers["Location"]

    return begin


@pytest.fixture
def working(context):
    """A worker whose exports are done by a function."""
    return lambda runner: Worker(context, {"export": runner})


def test_only_admins_see_jobs_and_only_known_kinds_are_started(eve, owner, start, head):
    job = start()
    before = head()
    assert eve.get("/jobs").status_code == 403
    assert eve.get(job).status_code == 403
    assert eve.post("/jobs", {"kind": "export"}).status_code == 403
    for body in ({"kind": "variants"}, {"kind": "rm"}, {}, {"kind": "export", "path": "/"}):
        assert owner.post("/jobs", body).status_code == 422
    assert owner.get("/jobs/0192f3a4-7c1e-7d2a-9b3c-5e6f7a8b9c0d").status_code == 404
    assert head() == before


def test_a_job_that_has_not_ended_has_neither_report_nor_file(owner, start):
    job = start()
    shown = owner.get(job).json
    assert (shown["state"], shown["done"], shown["total"], shown["attempts"]) == ("pending", 0, None, 0)
    assert (shown["has_report"], shown["file_url"], shown["ended_at"], shown["kept_until"]) == (False, None, None, None)
    assert owner.get(f"{job}/report").status_code == 404
    assert owner.get(f"{job}/file").status_code == 404


def test_a_job_is_done_once_and_its_file_and_report_can_be_fetched(owner, start, working, context):
    job = start()
    done = []

    def runner(task):
        done.append(task.record["account_id"])
        context.files.keep("made.zip", BytesIO(b"z" * 3_000_000))
        return Done({"posts": 2}, [{"file": "a", "line": 1, "code": "c", "message": "m"}] * 1_500, file="made.zip")

    workers = [working(runner) for _ in range(3)]
    assert [worker.work_due() for worker in workers] == [1, 0, 0]
    assert done == [owner.account_id]
    shown = owner.get(job).json
    assert (shown["state"], shown["has_report"], shown["file_url"]) == ("done", True, f"{job}/file")
    assert (shown["ended_at"], shown["kept_until"]) == ("2026-11-23T09:00:00.000000Z", "2026-12-23T09:00:00.000000Z")
    report = owner.get(f"{job}/report").json
    assert (report["counts"], len(report["problems"]), report["problems_left_out"]) == (
        {"posts": 2}, MOST_PROBLEMS, 500,
    )  # fmt: skip
    answer = owner.get(f"{job}/file")
    assert (answer.status_code, answer.content_type, answer.data) == (200, "application/zip", b"z" * 3_000_000)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="made.zip"'
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert owner.get(f"{job}/file", headers=tag).status_code == 304
    assert [each["id"] for each in owner.get("/jobs?kind=export&state=done").json["items"]] == [shown["id"]]
    assert owner.get("/jobs?state=pending").json["items"] == []
    assert owner.call("POST", f"{job}/cancel").json["code"] == "job_ended"


def test_what_a_job_wrote_last_is_one_commit_with_its_end(start, working, store, owner):
    job = start()
    tag = new_tag("made-by-a-job")

    def cancelled_meanwhile(_task):
        assert owner.call("POST", f"{job}/cancel").status_code == 200
        return Done(operations=[tag])

    working(cancelled_meanwhile).work_due()
    assert store.get("tags", tag.id) is None
    assert owner.get(job).json["state"] == "cancelled"
    start()
    working(lambda _task: Done(operations=[tag], forgotten=True)).work_due()
    assert store.get("tags", tag.id) is not None
    assert [each["state"] for each in owner.get("/jobs").json["items"]] == ["cancelled"]


def test_a_cancelled_job_stops_before_its_next_step(start, working, owner, clock):
    job = start()
    steps = []

    def runner(task):
        for number in range(10):
            clock.advance(seconds=2)
            task.step(number, 10)
            steps.append(number)
            if number == 3:
                assert owner.get(job).json["done"] == 3
                assert owner.call("POST", f"{job}/cancel").json["state"] == "cancelled"
        return Done()

    working(runner).work_due()
    assert steps == [0, 1, 2, 3]
    assert owner.get(job).json["state"] == "cancelled"
    assert owner.call("POST", f"{job}/cancel").json["state"] == "cancelled"
    assert working(runner).work_due() == 0


def test_a_job_in_the_hands_of_a_worker_that_died_falls_due_again(start, working, owner, clock):
    job = start()

    def dies(task):
        clock.advance(seconds=100)
        task.step(1, 2)
        raise SystemExit

    with pytest.raises(SystemExit):
        working(dies).work_due()
    clock.advance(seconds=LEASE.total_seconds() - 1)
    assert working(lambda _task: Done()).work_due() == 0
    clock.advance(seconds=1)
    assert working(lambda _task: Done()).work_due() == 1
    shown = owner.get(job).json
    assert (shown["state"], shown["attempts"], shown["done"], shown["total"]) == ("done", 2, 2, 2)


def test_a_worker_that_stops_gives_its_job_back_at_once(start, working, context, owner):
    job = start()
    stop = Event()
    worker = working(lambda task: (stop.set(), task.step(1, 2)))
    worker.run(stop)
    assert owner.get(job).json["attempts"] == 0
    assert working(lambda _task: Done()).work_due() == 1


def test_what_went_wrong_is_tried_again_later_and_later_and_then_given_up(start, working, owner, clock):
    job = start()

    def fails(_task):
        raise StoreUnavailable("away")

    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert working(fails).work_due() == 1
        assert working(fails).work_due() == 0
        shown = owner.get(job).json
        assert shown["problem"] == "storage could not be reached"
        assert shown["state"] == ("pending" if attempt < MOST_ATTEMPTS else "failed")
        clock.advance(minutes=5)
    start()

    def never(_task):
        raise Failed("The account is gone.")

    working(never).work_due()
    newest = owner.get("/jobs").json["items"][0]
    assert (newest["state"], newest["problem"]) == ("failed", "The account is gone.")


def test_one_job_that_goes_wrong_keeps_no_other_back(start, working, owner):
    start()
    start()
    answers = [ZeroDivisionError(), None]

    def runner(_task):
        error = answers.pop(0)
        if error:
            raise error
        return Done()

    working(runner).work_due()
    assert [each["state"] for each in owner.get("/jobs?state=done").json["items"]] == ["done"]
    assert [each["problem"] for each in owner.get("/jobs?state=pending").json["items"]] == ["ZeroDivisionError"]


def test_a_kind_that_this_worker_does_not_know_is_left_to_others(context, store, owner, working):
    _job, operations = rules.start(context, owner.account_id, "rerender")
    store.commit(operations)
    assert working(lambda _task: Done()).work_due() == 0


def test_ended_jobs_go_with_their_files_after_thirty_days(start, working, owner, clock, context):
    job = start()
    context.files.keep("made.zip", BytesIO(b"z"))
    working(lambda _task: Done(file="made.zip")).work_due()
    pending = start()
    worker = working(lambda _task: Done())
    clock.advance(days=29)
    assert worker.sweep() == 0
    clock.advance(days=2)
    assert worker.sweep() == 1
    assert context.files.size("made.zip") is None
    assert owner.get(job).status_code == 404
    assert owner.get(pending).status_code == 200


def test_starting_twice_with_one_key_starts_one_job(owner):
    key = {"Idempotency-Key": "once"}
    first, second = (owner.post("/jobs", {"kind": "export"}, headers=key) for _ in range(2))
    assert first.json == second.json
    assert len(owner.get("/jobs").json["items"]) == 1


def test_the_only_worker_goes_on_at_once_with_what_one_before_it_had_in_its_hands(start, working, owner, clock):
    job = start()

    def dies(_task):
        raise SystemExit

    with pytest.raises(SystemExit):
        working(dies).work_due()
    worker = working(lambda _task: Done())
    assert worker.work_due() == 0
    assert worker.take_back() == 1
    assert worker.take_back() == 0
    assert worker.work_due() == 1
    assert owner.get(job).json["attempts"] == 2


def test_a_job_that_ends_its_process_every_time_is_given_up(start, working, owner):
    job = start()
    times = []

    def dies(task):
        times.append(task.record["attempts"])
        raise SystemExit

    worker = working(dies)
    for _ in range(MOST_TAKEN):
        with pytest.raises(SystemExit):
            worker.work_due()
        worker.take_back()
    assert worker.work_due() == 1
    shown = owner.get(job).json
    assert (shown["state"], len(times)) == ("failed", MOST_TAKEN)
    assert "ended its process" in shown["problem"]


def test_an_archive_is_kept_for_its_job_and_goes_with_it(owner, context, working, clock):
    key = {"Idempotency-Key": "once"}
    data = {"file": (BytesIO(EMPTY_ARCHIVE), "blog.zip"), "update": "true", "source": "old"}
    job = owner.call("POST", "/jobs/imports", data=dict(data), headers=key)
    assert (job.status_code, job.json["kind"], job.json["file_url"]) == (201, "import", None)
    again = {**data, "file": (BytesIO(EMPTY_ARCHIVE), "blog.zip")}
    assert owner.call("POST", "/jobs/imports", data=again, headers=key).json == job.json
    name = f"{job.json['id']}.zip"
    wishes = []

    def brings(task):
        wishes.append(task.record["wishes"])
        assert context.files.read(task.record["file"]) == EMPTY_ARCHIVE
        clock.advance(seconds=2)
        assert owner.call("POST", f"/jobs/{job.json['id']}/cancel").status_code == 200
        task.beat()

    Worker(context, {"import": brings}).work_due()
    assert wishes == [{"update": True, "permalinks": None, "source": "old"}]
    assert context.files.size(name) is None
    assert owner.get(f"/jobs/{job.json['id']}/file").status_code == 404


def test_more_than_a_hundred_megabytes_of_archive_are_refused(context, owner, tmp_path):
    with (tmp_path / "large").open("w+b") as file:
        file.truncate(rules.LARGEST_ARCHIVE + 1)
        with pytest.raises(Problem) as refusal:
            rules.bring(context, owner.account_id, file, {})
    assert refusal.value.kind == ARCHIVE_TOO_LARGE
    assert list((tmp_path / "jobs").glob("*")) == []
