"""A Pyremto worker in Python: one file, the standard library alone, free to copy (MIT, as the project).

    from worker import Worker

    with Worker("http://coordinator:5080", "svr", password="secret") as worker:
        for job in worker.jobs():
            job.done({"loss": train(**job.description)})

Each job that the loop gives is yours until you report it, by ``job.done(result)``, ``job.fail(error)`` or ``job.release()``. What you
leave unreported is given back when you ask for the next job; what an exception leaves unreported is failed with the exception's text.

What it does for you:

- It has an id, and a thread of its own that sends signs of life while you compute, so that your job is handed to somebody else only if
  this process, its machine or its network is really gone.
- ``job.cancelled`` becomes true when the result is no longer needed: another was faster, or the owner cancelled the job.
- A report travels with the request for the next job: one round trip for each job.
- If an answer is lost, the same request is repeated with the same request id, and the coordinator gives the same job again and counts
  nothing twice. While the coordinator is away the worker waits for it, in growing steps.

Run as a program it works on a tag whose jobs have numbers, and reports their sum:

    python3 worker.py http://localhost:5080 TAG [PASSWORD]
"""

import base64
import http.client
import json
import logging
import os
import random
import secrets
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

__all__ = ["Job", "PyremtoError", "Worker", "jobs"]

#: The longest that one request waits at the coordinator for work, in seconds.
LONGEST_WAIT = 50

LOG = logging.getLogger("pyremto")

#: The most that a coordinator takes in one request by default, in bytes. One that gets more hangs up, and its words are lost.
LARGEST_REQUEST = 16 << 20

#: Answers with these statuses are worth another try: too many requests, a proxy or the coordinator is not ready.
TRANSIENT = (429, 502, 503, 504)


class PyremtoError(Exception):
    """The coordinator refused something. ``code`` is the stable name of the reason, such as ``wrong_password``."""

    def __init__(self, code, message, status=None):
        super().__init__(f"{message} ({code})")
        self.code = code
        self.status = status


class Job:
    """A job that this worker has. Report it once: the first report counts.

    ``id``, ``attempt`` (1, 2 …), ``repetition`` (0, 1 …) and ``description`` (a dict) say what is to be done; ``tag`` is where it belongs.
    """

    def __init__(self, worker, fields):
        self.id = fields["job_id"]
        self.description = fields["description"]
        self.attempt = fields["attempt"]
        self.repetition = fields["repetition"]
        self.tag = fields["tag"]
        self.instance = fields["instance"]
        self.lease = fields["lease_seconds"]
        self._worker = worker
        self._cancelled = threading.Event()
        self._report = None

    @property
    def cancelled(self):
        """Whether the result is no longer needed. Long computations should look at it now and then, and stop."""
        return self._cancelled.is_set()

    @property
    def reported(self):
        """Whether ``done``, ``fail`` or ``release`` was called."""
        return self._report is not None

    def done(self, result):
        """Reports the result, a dict. NaN and infinities in it become ``None``, since JSON has none."""
        if not isinstance(result, dict):
            raise TypeError(f"A result is a dict, not {type(result).__name__}.")
        result = _finite(result)
        json.dumps(result)  # what cannot be sent is said here, where the mistake is
        self._close("done", {"result": result})

    def fail(self, error, final=False):
        """Reports that it went wrong; the attempt is spent. ``final=True`` says that no other attempt can succeed."""
        self._close("failed", {"error": str(error), "final": bool(final)})

    def release(self):
        """Gives the job back untried, for somebody else; the attempt is not spent."""
        self._close("released", {})

    def _close(self, kind, fields):
        if self.reported:
            raise ValueError(f"Job {self.id} is reported already.")
        named = {"job_id": self.id, "attempt": self.attempt, "instance": self.instance}
        self._report = (kind, {**named, **fields})
        self._worker._reported(self)


class Worker:
    """Takes jobs of one tag, one at a time. Use one for each thread or process that computes.

    :param url: where the coordinator is, ``http://host:port``.
    :param tag: whose jobs to do. It need not exist yet: the worker waits for it.
    :param password: the tag's password, if it has one.
    :param patience: how many seconds a coordinator that does not answer is waited for; None for ever.
    :param keep_asking: whether to wait for more when all is done; else ``jobs()`` ends then.

    ``KeyboardInterrupt``, ``SystemExit`` and the end of a ``with`` give the unreported job back.
    """

    def __init__(self, url, tag, password=None, patience=None, keep_asking=False):
        self.id = f"{socket.gethostname()[:48].replace(':', '_')}:{os.getpid()}:python:{secrets.token_hex(8)}"
        self.tag = tag
        self._base = f"{url.rstrip('/')}/api/tags/{urllib.parse.quote(tag, safe='')}"
        self._headers = {"Content-Type": "application/json"}
        if password is not None:
            self._headers["Authorization"] = "Basic " + base64.b64encode(f":{password}".encode()).decode()
        self._patience = patience
        self._keep_asking = keep_asking
        self._job = None
        self._pending = []
        self._closed = threading.Event()
        self._changed = threading.Condition()
        self._heart = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None and issubclass(kind, Exception) and self._job is not None and not self._job.reported:
            self._job.fail(f"{kind.__name__}: {error}")
        self.close(patience=None if kind is None else 10)

    def jobs(self):
        """The jobs, one after the other, until nothing is left for this worker: all are done, or only exhausted ones are left.

        Raises :class:`PyremtoError` where the coordinator refuses, and ``ConnectionError`` where it is away for longer than ``patience``.
        """
        while not self._closed.is_set():
            self._give_up_unreported()
            answer = self._next(wait=0 if self._pending else LONGEST_WAIT)  # what became of a report is to be known at once
            if answer is None or answer["state"] in ("wait", "paused", "not_set_up"):
                continue
            if answer["has_job"]:
                yield self._begin(answer)
            elif self._keep_asking:
                self._closed.wait(5)
            else:
                return

    def close(self, patience=None):
        """Gives the unreported job back, sends what is unsent, and stops the signs of life. May be called twice.

        :param patience: how many seconds this may take where the coordinator is away; None for the worker's own patience.
        """
        if self._closed.is_set():
            return
        self._patience = self._patience if patience is None else patience
        self._give_up_unreported()
        try:
            if self._pending:
                self._next(wait=0, count=0)
        finally:
            self._closed.set()
            with self._changed:
                self._changed.notify_all()

    def _begin(self, fields):
        job = Job(self, fields)
        with self._changed:
            self._job = job
            self._changed.notify_all()
        if self._heart is None:
            self._heart = threading.Thread(target=self._beat, name=f"pyremto heartbeats of {self.tag}", daemon=True)
            self._heart.start()
        return job

    def _reported(self, job):
        if self._closed.is_set():
            raise ValueError("The worker is closed.")
        self._pending.append(job._report)
        with self._changed:
            if self._job is job:
                self._job = None

    def _give_up_unreported(self):
        job = self._job
        if job is not None and not job.reported:
            job.release()

    def _next(self, wait, count=1):
        """Reports in, work out. None where the tag does not exist yet, or where the coordinator takes no such request."""
        reports, self._pending = self._pending, []
        body = {"worker": self.id, "request_id": secrets.token_hex(16), "wait_seconds": wait, "count": count}
        for kind, report in reports:
            body.setdefault(kind, []).append(report)
        try:
            answer = self._call("/next", body, timeout=wait + 30)
        except PyremtoError as error:
            if error.code in ("invalid_job", "too_large") and any(kind == "done" for kind, _ in reports):
                self._fail_refused(reports, [{"job_id": report["job_id"], "outcome": "refused", "message": str(error)} for _, report in reports])
                return None
            if error.code != "tag_unknown" or reports:
                raise
            self._closed.wait(1 + random.random())
            return None
        except BaseException:
            self._pending = reports + self._pending  # it is not known to have come: the next request repeats it
            raise
        self._fail_refused(reports, answer["outcomes"])
        return answer

    def _fail_refused(self, reports, outcomes):
        """A result that the coordinator does not take, being too large for example, fails its job: nobody else would come to know."""
        refused = {outcome["job_id"]: outcome for outcome in outcomes if outcome["outcome"] == "refused"}
        for kind, report in reports:
            outcome = refused.get(report["job_id"])
            if kind == "done" and outcome is not None:
                LOG.warning("The result of job %d was refused: %s", report["job_id"], outcome["message"])
                named = {name: report[name] for name in ("job_id", "attempt", "instance")}
                self._pending.append(("failed", {**named, "error": outcome["message"]}))

    def _beat(self):
        """Signs of life, a third of a lease apart, for as long as there is a job."""
        while not self._closed.is_set():
            with self._changed:
                job = self._job
                if job is None:
                    self._changed.wait()
                    continue
                self._changed.wait(job.lease / 3)
                if self._job is not job or self._closed.is_set():
                    continue
            held = {"job_id": job.id, "attempt": job.attempt, "instance": job.instance}
            try:
                answer = self._send("/heartbeat", {"worker": self.id, "jobs": [held]}, timeout=30)
            except (OSError, http.client.HTTPException, PyremtoError):
                continue  # the next beat may come through, and the next request says what is wrong
            if any(lost["job_id"] == job.id for lost in answer["not_needed"]):
                job._cancelled.set()

    def _call(self, path, body, timeout):
        """Sends a request until it is answered: the same one each time, so that repetitions count once."""
        begin, pause = time.monotonic(), 0.25
        while True:
            try:
                return self._send(path, body, timeout)
            except PyremtoError as error:
                if error.status not in TRANSIENT:
                    raise
                problem = error
            except (OSError, http.client.HTTPException) as error:
                problem = error
            pause = min(30.0, pause * 2)
            delay = pause * (0.5 + random.random() / 2)
            if self._patience is not None and time.monotonic() - begin + delay > self._patience:
                raise ConnectionError(f"The coordinator does not answer: {problem}") from problem
            time.sleep(delay)

    def _send(self, path, body, timeout):
        data = json.dumps(body, allow_nan=False).encode()
        if len(data) > LARGEST_REQUEST:
            raise PyremtoError("too_large", f"Too large: a request (bytes): {len(data):,} sent, {LARGEST_REQUEST:,} allowed.")
        request = urllib.request.Request(self._base + path, data, self._headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None


def jobs(url, tag, password=None, **options):
    """``for job in jobs(url, tag): job.done({...})``: a worker that lives as long as the loop. See :class:`Worker` for the options.

    An exception in the loop's body gives the job back; to fail it with the exception's text, use ``with Worker(...)``.
    """
    with Worker(url, tag, password, **options) as worker:
        yield from worker.jobs()


def _refusal(error):
    """The reason that the coordinator gave, or what a proxy before it said."""
    try:
        problem = json.loads(error.read())
        return PyremtoError(problem["code"], problem.get("detail", error.reason), error.code)
    except (ValueError, KeyError, TypeError, OSError, http.client.HTTPException):
        return PyremtoError("http", f"status {error.code}: {error.reason}", error.code)


def _finite(value):
    """The value without NaN and infinities, which JSON does not have."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(field) for key, field in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    done = 0
    with Worker(*arguments) as worker:
        for job in worker.jobs():
            job.done({"sum": sum(x for x in job.description.values() if isinstance(x, (int, float)))})
            done += 1
            print(f"job {job.id}, attempt {job.attempt}: done", flush=True)
    print(f"{done} jobs done", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(_main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except (PyremtoError, ConnectionError) as error:
        print(error, file=sys.stderr)
        sys.exit(4 if isinstance(error, PyremtoError) else 3)
