"""Tableau's Python library waiting for jobs, while the sandbox's clock is moved and its sessions end.

It moves the clock by hours, so it runs after everything that makes JWTs by the real time.
"""

import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import TOKEN, URL, advance, control, log  # noqa: E402
from tableauserverclient.server.endpoint.exceptions import JobCancelledException  # noqa: E402

HOUR = 3600


class Jobs(unittest.TestCase):
    def setUp(self):
        self.server = TSC.Server(URL, use_server_version=True)
        self.server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"]))
        self.since = max(entry["n"] for entry in log(0))
        workbooks, _ = self.server.workbooks.get()
        self.workbook = workbooks[0]

    def tearDown(self):
        # Queued jobs end before the next test.
        advance(60)
        control("DELETE", "sessions")

    def when_it_polls(self, then):
        """Runs a function in another thread, once the library has asked for a job."""

        def run():
            deadline = time.monotonic() + 30
            pause = threading.Event()
            while not any(entry["operation"] == "jobs.get" for entry in log(self.since)):
                if time.monotonic() > deadline:
                    return
                pause.wait(0.05)
            then()

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)

    def test_a_refresh_is_waited_for(self):
        job = self.server.workbooks.refresh(self.workbook)
        self.assertEqual((job.type, job.mode, job.workbook_id), ("RefreshExtract", "Asynchronous", self.workbook.id))
        queued = self.server.jobs.get_by_id(job.id)
        self.assertEqual((queued.progress, queued.finish_code, queued.completed_at), ("0", -1, None))
        self.assertIsNotNone(queued.created_at)
        self.when_it_polls(lambda: advance(35))
        done = self.server.jobs.wait_for_job(job, timeout=30)
        self.assertEqual(done.finish_code, TSC.JobItem.FinishCode.Success)
        self.assertEqual((done.progress, done.workbook_id), ("100", self.workbook.id))
        self.assertIn(self.workbook.name, done.notes[0])
        self.assertEqual((done.completed_at - done.started_at).total_seconds(), 30)
        listed, pagination = self.server.jobs.get()
        self.assertEqual(pagination.total_available, len(listed))
        item = next(item for item in listed if item.id == job.id)
        self.assertEqual((item.status, item.type), ("Success", "refresh_extracts"))
        found = self.server.jobs.filter(status="Success", job_type="refresh_extracts")
        self.assertIn(job.id, [item.id for item in found])

    def test_a_data_source_is_refreshed(self):
        source = self.server.datasources.get()[0][0]
        job = self.server.datasources.refresh(source)
        advance(35)
        self.assertEqual(self.server.jobs.wait_for_job(job.id).datasource_id, source.id)

    def test_a_refresh_that_is_queued_already(self):
        self.server.workbooks.refresh(self.workbook)
        # The library ignores the refusal; the log tells it from an answer without a job.
        self.assertIsNone(self.server.workbooks.refresh(self.workbook))
        refreshes = [entry for entry in log(self.since) if entry["operation"] == "workbooks.refresh"]
        self.assertEqual([entry["status"] for entry in refreshes], [202, 409])

    def test_a_job_is_cancelled_while_it_is_waited_for(self):
        job = self.server.workbooks.refresh(self.workbook)
        advance(10)
        self.assertIsNotNone(self.server.jobs.get_by_id(job.id).started_at)
        self.server.jobs.cancel(job.id)
        with self.assertRaises(JobCancelledException):
            self.server.jobs.wait_for_job(job.id, timeout=30)
        with self.assertRaises(TSC.ServerResponseError) as refused:
            self.server.jobs.cancel(job.id)
        self.assertEqual(refused.exception.code, "403091")

    def test_a_job_that_is_not_there(self):
        with self.assertRaises(TSC.ServerResponseError) as refused:
            self.server.jobs.get_by_id("00000000-0000-0000-0000-000000000000")
        self.assertEqual(refused.exception.code, "404018")

    def test_the_wait_ends_with_the_session(self):
        for end in (lambda: advance(4 * HOUR), lambda: control("DELETE", "sessions")):
            self.server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"]))
            job = self.server.workbooks.refresh(self.workbook)
            self.since = max(entry["n"] for entry in log(0))
            self.when_it_polls(end)
            with self.assertRaises(TSC.FailedSignInError) as refused:
                self.server.jobs.wait_for_job(job, timeout=30)
            self.assertEqual(refused.exception.code, "401002")
            polls = [entry for entry in log(self.since) if entry["operation"] == "jobs.get"]
            self.assertEqual([polls[0]["status"], polls[-1]["status"]], [200, 401])
            self.assertEqual(len({entry["generation"] for entry in polls}), 1)
            advance(60)

    def test_no_secret_is_told(self):
        told = control("GET", "log") + control("GET", "sessions") + control("GET", "clock")
        for secret in (TOKEN["secret"], *self.server.auth_token.split("|")[:2]):
            self.assertNotIn(secret, told)


if __name__ == "__main__":
    unittest.main()
