"""What the tests let a worker of samples/python/worker.py do: worker_script.py SAMPLES VERB URL TAG [PASSWORD]"""
import sys
import time

sys.path.insert(0, sys.argv[1])

from worker import Worker, jobs  # noqa: E402

VERB, URL, TAG = sys.argv[2:5]
PASSWORD = sys.argv[5] if len(sys.argv) > 5 else None


def square_all():
    for job in jobs(URL, TAG, PASSWORD):
        job.done({"square": job.description["x"] ** 2, "attempt": job.attempt})


def mixed():
    """Does, fails, gives back, leaves; each by what the description says."""
    seen = {}
    with Worker(URL, TAG, PASSWORD) as worker:
        for job in worker.jobs():
            seen[job.id] = seen.get(job.id, 0) + 1
            what = job.description["do"]
            if what == "fail":
                job.fail("it broke")
            elif what == "fail for good":
                job.fail("it cannot work", final=True)
            elif seen[job.id] == 1 and what == "release":
                job.release()
            elif seen[job.id] == 1 and what == "leave":
                pass
            elif what == "too large":
                job.done({"text": "z" * (1 << 20)})
            else:
                job.done({"loss": float("nan"), "list": [1, float("-inf")], "seen": seen[job.id]})


def raising():
    with Worker(URL, TAG, PASSWORD) as worker:
        for job in worker.jobs():
            raise ValueError("no such model")


def until_cancelled():
    with Worker(URL, TAG, PASSWORD) as worker:
        for job in worker.jobs():
            print("has a job", flush=True)
            while not job.cancelled:
                time.sleep(0.01)
            print("is told", flush=True)
            job.release()


def impatient():
    try:
        for _ in jobs(URL, TAG, PASSWORD, patience=0.1):
            pass
    except ConnectionError as error:
        print(error)


{"square-all": square_all, "mixed": mixed, "raising": raising, "until-cancelled": until_cancelled, "impatient": impatient}[VERB]()
