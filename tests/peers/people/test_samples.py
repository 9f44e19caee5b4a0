"""The sample programs of tableauserverclient for groups and projects, from its source package, as they are. `TSC_SAMPLES` names their folder."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

from base import TOKEN, URL, PeopleTest

SAMPLES = Path(os.environ["TSC_SAMPLES"])


class Samples(PeopleTest):
    def run_sample(self, name):
        own = ["--token-name", TOKEN["name"], "--token-value", TOKEN["secret"]]
        command = [sys.executable, str(SAMPLES / f"{name}.py"), "--server", URL, "--site", "", *own]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        # The samples sign in with the same token, which ends the session of the tests.
        self.server = self.signed_in(TOKEN)
        return ended

    def clean(self, endpoint, names):
        """Takes back what a sample created; gives what of it there was."""
        found = [item for item in endpoint.all() if item.name in names]
        for item in found:
            endpoint.delete(item.id)
        return sorted(item.name for item in found)

    def test_filter_sort_groups(self):
        created = ["SALES NORTHWEST", "SALES ROMANIA"]
        ended = self.run_sample("filter_sort_groups")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        lines = ended.stdout.splitlines()
        listed = lines.index("Filtered groups are:")
        # In descending order, as it asks for.
        self.assertEqual(lines[listed + 1 : listed + 4], [*reversed(created), "----"])
        # By the names that the sample encodes itself there are none, and the library encodes them again.
        self.assertEqual(lines[-1], "done")
        self.assertIn("already existed", self.run_sample("filter_sort_groups").stdout)
        self.assertEqual(self.clean(self.server.groups, created), created)

    def test_filter_sort_projects(self):
        created = ["Example 1", "Example 2", "Example 3", "Proiect ca Exemplu"]
        ended = self.run_sample("filter_sort_projects")
        # Its last lines call a method that the library does not have.
        self.assertIn("'QuerySet' object has no attribute 'sort'", ended.stderr)
        self.assertEqual(ended.stdout.splitlines()[0], "default")
        self.assertEqual(self.clean(self.server.projects, created), created)


if __name__ == "__main__":
    unittest.main()
