"""Speaks the pyremto v2 protocol as the protocol page describes it, with a stock HTTP client (requests). Ours, MIT.

    v2_script.py rows URL              every row of the page; prints "all rows answered" at its end
    v2_script.py work URL TAG PASSWORD takes jobs until there is none and prints the ids of those it did
"""
import json
import sys

import requests

URL = sys.argv[2]


def call(verb, body="", **headers):
    """One call; None where the status is not 200, which is all that a v2 client learns of a failure."""
    sent = {"backendversion": "2", verb: "true"}
    sent.update({name.replace("_", "-"): str(value) for name, value in headers.items()})
    response = requests.post(URL, headers=sent, json=body, timeout=60)
    return response.json() if response.status_code == 200 else None


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"{what}: {actual!r} instead of {expected!r}")


def set_up(tag, jobs, attempts, **headers):
    return call("setup-jobs", [json.dumps(job) for job in jobs], tag=tag, max_redistribution_attempts=attempts, **headers)


def done(tag, job_id, result, **headers):
    return call("set-job-done", json.dumps(result), tag=tag, jobid=job_id, **headers)


def results(tag, **headers):
    return [json.loads(json.loads(element)) for element in call("get-job-results", tag=tag, **headers)]


def rows_of_a_tag():
    expect("exists before", call("does-tag-exist", tag="Größe"), {"exists": 0})
    created = call("create-tag", name="Größe", alive_interval_minutes=-1)
    expect("create with a name", created, {"success": 1, "tag": "Größe"})
    expect("exists after", call("does-tag-exist", tag="Größe"), {"exists": 1})
    expect("password of an open tag", call("is-password-ok", tag="Größe"), {"password-ok": 1})
    made_up = call("create-tag", alive_interval_minutes=5)["tag"]
    expect("ping", call("ping", tag=made_up), {"success": 1})
    expect("alive", call("is-alive", tag=made_up), {"alive": 1})
    expect("alive without an interval", call("is-alive", tag="Größe"), {"alive": 1})


def rows_of_a_password():
    secret, wrong = "Schlüssel", "Schluessel"
    expect("create", call("create-tag", name="closed", alive_interval_minutes=-1, password=secret)["success"], 1)
    expect("right", call("is-password-ok", tag="closed", password=secret), {"password-ok": 1})
    expect("wrong", call("is-password-ok", tag="closed", password=wrong), {"password-ok": 0})
    expect("none", call("is-password-ok", tag="closed"), {"password-ok": 0})
    for verb in ("ping", "is-alive", "get-next-job", "get-job-progress", "get-job-results", "get-all-data"):
        expect(f"{verb} with a wrong password", call(verb, tag="closed", password=wrong), None)
        if call(verb, tag="closed", password=secret) is None:
            sys.exit(f"{verb} with the right password was refused")
    expect("set-up with a wrong password", set_up("closed", [{}], 1, password=wrong), None)
    expect("set-up with the right password", set_up("closed", [{}], 1, password=secret), {"success": 1})
    call("get-next-job", tag="closed", password=secret)
    expect("done with a wrong password", done("closed", 0, {}, password=wrong), None)
    expect("done with the right password", done("closed", 0, {}, password=secret), {"success": 1})


def rows_of_jobs():
    tag = "Größe"
    jobs = [{"x": 2 ** 80, "deep": {"list": [1, {"y": None}]}, "name": "Größe 🙂"}, {"x": float("nan")}, {}]
    expect("next before set-up", call("get-next-job", tag=tag), {"has_job": 0})
    expect("no attempts", set_up(tag, jobs, 0), None)
    expect("attempts that are no number", set_up(tag, jobs, "many"), None)
    over = [{"text": "z" * (1 << 20)}]
    expect("over 1 MB", set_up(tag, over, 1), {"success": 0, "exists": 0, "toobig": 1})
    expect("far over 1 MB", set_up(tag, over * 50, 1), {"success": 0, "exists": 0, "toobig": 1})
    expect("set-up", set_up(tag, jobs, 2), {"success": 1})
    expect("set-up twice", set_up(tag, jobs, 2), {"success": 0, "exists": 1, "toobig": 0})
    for attempt in (1, 2):  # nothing is handed out again before everything was handed out once
        for job_id, job in enumerate(jobs):
            given = call("get-next-job", tag=tag)
            expect("has_job", given["has_job"], 1)
            expect("job_id", given["job_id"], job_id)
            expect("description", repr(json.loads(given["description"])), repr(job))
    expect("next when all attempts are spent", call("get-next-job", tag=tag), {"has_job": 0})
    expect("progress", call("get-job-progress", tag=tag), {"success": 1, "nb_jobs": 3, "nb_jobs_done": 0})
    expect("a job that does not exist", done(tag, 3, {}), None)
    expect("a job that is no number", done(tag, "one", {}), None)
    expect("done", done(tag, 1, {"loss": float("inf"), "of": "ä\"\\"}), {"success": 1})
    expect("done twice", done(tag, 1, {"loss": 0}), {"success": 1})
    expect("done", done(tag, 0, {"big": 10 ** 30}), {"success": 1})
    expect("progress", call("get-job-progress", tag=tag), {"success": 1, "nb_jobs": 3, "nb_jobs_done": 2})
    expect("results", results(tag), [{"big": 10 ** 30}, {"loss": float("inf"), "of": "ä\"\\"}])


def rows_of_logging():
    tag = call("create-tag", alive_interval_minutes=-1)["tag"]
    nothing = {"logged-ints": [], "logged-strings": [], "logged-datapoints": [], "asked-inputs": []}
    expect("data of a new tag", call("get-all-data", tag=tag), nothing)
    expect("log-int", call("log-int", tag=tag, value=7, description="epoch"), {"success": 1})
    expect("log-string", call("log-string", tag=tag, value="größer", description="d", send_push_notification="true"), {"success": 1})
    expect("log-data-point", call("log-data-point", tag=tag, x=0.5, y=-1e-7, description="loss"), {"success": 1})
    data = call("get-all-data", tag=tag)
    expect("ints", data["logged-ints"], [{"value": 7, "description": "epoch"}])
    expect("strings", data["logged-strings"], [{"value": "größer", "description": "d"}])
    expect("data points", data["logged-datapoints"], [{"x": 0.5, "y": -1e-7, "description": "loss"}])
    if call("ask-for-input", tag=tag, description="go on?") is None or call("get-input", tag=tag) is None:
        sys.exit("asking for input ended the script")


def work(tag, password):
    done_here = []
    while True:
        job = call("get-next-job", tag=tag, password=password)
        if job is None:
            sys.exit("get-next-job was refused")
        if not job["has_job"]:
            break
        x = json.loads(job["description"])["x"]
        expect("done", done(tag, job["job_id"], {"square": x * x}, password=password), {"success": 1})
        done_here.append(job["job_id"])
    print(json.dumps(done_here))


if sys.argv[1] == "rows":
    rows_of_a_tag()
    rows_of_a_password()
    rows_of_jobs()
    rows_of_logging()
    print("all rows answered")
else:
    work(sys.argv[3], sys.argv[4])
