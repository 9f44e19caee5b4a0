"""A program that watches real servers through TSM, unmodified: tableau-prometheus-exporter from PyPI."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sandbox import READY  # noqa: E402

ACCOUNT = READY["tsmAccount"]
# Longer than any step takes, even on a busy machine.
DEADLINE = 60
METRIC = re.compile(r'tableau_service_status\{(.*)\} (\S+)')


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Exporter(unittest.TestCase):
    def start(self, password):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        config = Path(folder.name) / "config.yaml"
        self.metrics = free_port()
        config.write_text(
            "tableau_server_management:\n"
            f"  host: {READY['tsm']}\n"
            f"  username: {ACCOUNT['name']}\n"
            f"  password: {password}\n"
            "  sleep_interval_seconds: 1\n"
            "  bad_statuses: [Down, Status Unavailable]\n"
            f"metrics:\n  metrics_port: {self.metrics}\n",
            encoding="utf-8",
        )
        program = subprocess.Popen(
            [os.environ["EXPORTER"], "--config-file", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.addCleanup(program.communicate)
        self.addCleanup(program.terminate)
        return program

    def scrape(self, program):
        """Each process with its value, once there are any."""
        deadline = time.monotonic() + DEADLINE
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline:
            self.assertIsNone(program.poll(), "it has ended")
            try:
                with opener.open(f"http://127.0.0.1:{self.metrics}/metrics", timeout=DEADLINE) as answer:
                    found = METRIC.findall(answer.read().decode())
            except OSError:
                found = []
            if found:
                return [(dict(re.findall(r'(\w+)="(.*?)"', labels)), float(value)) for labels, value in found]
            time.sleep(0.1)
        self.fail("there are no metrics")

    def test_every_process_is_seen(self):
        processes = self.scrape(self.start(ACCOUNT["password"]))
        self.assertEqual({labels["node_id"] for labels, _ in processes}, {"node1", "node2", "node3"})
        self.assertTrue({"gateway", "vizqlserver", "backgrounder"} <= {labels["service_name"] for labels, _ in processes})
        self.assertEqual({value for _, value in processes}, {1.0})
        gateway = next(labels for labels, _ in processes if labels["service_name"] == "gateway")
        self.assertEqual((gateway["status"], gateway["state"], gateway["instance_id"]), ("Active", "Enabled", "0"))

    def test_a_wrong_password(self):
        program = self.start("wrong")
        said, _ = program.communicate(timeout=DEADLINE)
        self.assertNotEqual(program.returncode, 0)
        self.assertIn("401 Client Error", said)


if __name__ == "__main__":
    unittest.main()
