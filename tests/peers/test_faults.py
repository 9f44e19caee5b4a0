"""Faults of the sandbox, as a plain program in another language meets them."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import requests  # noqa: E402
from sandbox import URL, control  # noqa: E402

INFO = f"{URL}/api/3.29/serverinfo"
JSON = {"Accept": "application/json"}


def inject(fault, **others):
    control("POST", "faults", {"on": {"operation": "server.getServerInfo"}, "fault": fault, **others})


class Faults(unittest.TestCase):
    def tearDown(self):
        control("DELETE", "faults")

    def get(self, **options):
        return requests.get(INFO, headers=JSON, timeout=30, **options)

    def test_status(self):
        inject({"status": {"code": 429, "retry_after": 7}})
        answer = self.get()
        self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, "7"))
        self.assertEqual(answer.json()["error"]["code"], "429000")
        self.assertEqual(self.get().status_code, 200)

    def test_gateway(self):
        inject({"status": {"code": 502, "body": "gateway"}})
        answer = self.get()
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (502, "text/html"))
        self.assertRaises(requests.exceptions.JSONDecodeError, answer.json)

    def test_redirect(self):
        inject({"redirect": {"code": 307, "to": URL}})
        answer = self.get()
        self.assertEqual([hop.status_code for hop in answer.history], [307])
        self.assertEqual(answer.status_code, 200)

    def test_connection_is_reset(self):
        for fault in ({"reset_before": {}}, "commit_then_reset"):
            inject(fault)
            self.assertRaises(requests.ConnectionError, self.get)

    def test_body_breaks_off(self):
        for fault in ({"reset_after": {"bytes": 9}}, {"close_after": {"bytes": 9}}):
            inject(fault)
            with self.assertRaises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
                self.get()

    def test_body_is_cut(self):
        inject({"truncate": {"bytes": 9}})
        answer = self.get()
        self.assertEqual((answer.status_code, len(answer.content)), (200, 9))

    def test_stall(self):
        inject({"stall_after": {"bytes": 9}})
        with self.assertRaises((requests.ConnectionError, requests.Timeout)):
            requests.get(INFO, headers=JSON, timeout=0.5)

    def test_delay_and_drip(self):
        whole = self.get().content
        for fault in ({"delay": {"milliseconds": 50}}, {"drip": {"bytes_per_second": 4000}}):
            inject(fault)
            self.assertEqual(self.get().content, whole)

    def test_connection_that_is_reset_when_it_is_reused(self):
        inject("reset_on_reuse")
        with requests.Session() as session:
            self.assertEqual(session.get(INFO, timeout=30).status_code, 200)
            self.assertRaises(requests.ConnectionError, session.get, INFO, timeout=30)

    def test_seed(self):
        def run():
            plan = {"seed": 11, "faults": [{"id": "some", "fault": {"status": {"code": 503}}, "probability": 0.5, "times": "always"}]}
            control("POST", "faults", plan)
            return [self.get().status_code for _ in range(20)]

        first = run()
        self.assertEqual(run(), first)
        self.assertEqual(set(first), {200, 503})


if __name__ == "__main__":
    unittest.main()
