"""The sandbox's clock, moved on while another program waits for a job."""

import contextlib
import threading

from sandbox import advance, log


@contextlib.contextmanager
def jobs_that_end():
    """Moves the clock past the end of a job each time that a job has been asked for."""
    ended, seen = threading.Event(), max((entry["n"] for entry in log(0)), default=0)

    def run():
        nonlocal seen
        while not ended.wait(0.05):
            entries = log(seen)
            seen = max([seen, *(entry["n"] for entry in entries)])
            if any(entry["operation"] in ("jobs.get", "flowRuns.get") for entry in entries):
                advance(60)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
