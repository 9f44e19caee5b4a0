"""Tableau's command: sign in, list, sign out."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sandbox import TOKEN, URL  # noqa: E402


class Tabcmd(unittest.TestCase):
    def setUp(self):
        # tabcmd keeps its session in the home directory and writes its log where it is run.
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = folder.name

    def tabcmd(self, *arguments):
        environment = {**os.environ, "HOME": self.home}
        done = subprocess.run(
            [os.environ["TABCMD"], *arguments],
            cwd=self.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    def test_login_list_logout(self):
        code, output = self.tabcmd(
            "login", "--server", URL, "--site", "MarketingTeam", "--token-name", TOKEN["name"], "--token-value", TOKEN["secret"]
        )
        self.assertEqual(code, 0, output)
        self.assertIn("Succeeded", output)

        code, output = self.tabcmd("list", "workbooks", "--name")
        self.assertEqual(code, 0, output)
        self.assertIn("NAME:", output.upper().replace("NAME :", "NAME:"))
        self.assertGreater(sum("ID:" in line.upper() for line in output.splitlines()), 3, output)

        code, output = self.tabcmd("logout")
        self.assertEqual(code, 0, output)
        self.assertFalse((Path(self.home) / "tableau_auth.json").exists())

    def test_wrong_token(self):
        code, output = self.tabcmd("login", "--server", URL, "--token-name", TOKEN["name"], "--token-value", "wrong")
        self.assertNotEqual(code, 0, output)
        self.assertIn("401001", output)


if __name__ == "__main__":
    unittest.main()
