"""The end-to-end suite of tabcmd 2.0.21, as it is, with the front in tabcmd's place.

`TABCMD_SUITE` is the folder of tabcmd's source package, `TABCMD` the front. The suite runs `python -m tabcmd`: a package of that name starts the front instead.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import TOKEN, URL  # noqa: E402

SHIM = "import os, sys\nos.execv(os.environ['TABCMD'], ['tabcmd', *sys.argv[1:]])\n"
# The user in the suite's file of names, who has to be there.
USER = "anyoung@salesforce.com"
# The project that it publishes to.
PROJECT = "Personal Work"
# What cannot pass against a server without content of Tableau's own, with the reason.
BROKEN = {}


class Suite(unittest.TestCase):
    def test_online_commands(self):
        server = TSC.Server(URL, use_server_version=True)
        with server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"], "")):
            server.users.add(TSC.UserItem(USER, "Explorer"))
            server.projects.create(TSC.ProjectItem(PROJECT))
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "tabcmd").mkdir()
            (folder / "tabcmd" / "__main__.py").write_text(SHIM)
            (folder / "tests").symlink_to(Path(os.environ["TABCMD_SUITE"]).resolve() / "tests")
            own = {
                "E2E_SERVER": URL,
                "E2E_SITE": "Default",
                "E2E_PATNAME": TOKEN["name"],
                "E2E_PAT": TOKEN["secret"],
                # An administrator of projects deletes the project that later tests publish to.
                "E2E_SERVER_ADMIN": "true",
                "E2E_SITE_ADMIN": "true",
                "E2E_EXTRACT_ENCRYPTION": "true",
                "HOME": str(folder),
                "TABLEAU_KEYRING": "off",
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            }
            command = [sys.executable, "-m", "pytest", "-p", "no:warnings", "-p", "no:cacheprovider", "-rA", "--tb=short", "tests/e2e/online_tests.py"]
            ended = subprocess.run(command, cwd=folder, env={**os.environ, **own}, capture_output=True, text=True, timeout=600)
        passed = set(re.findall(r"^PASSED .*::(\w+)", ended.stdout, re.M))
        failed = set(re.findall(r"^(?:FAILED|ERROR) .*::(\w+)", ended.stdout, re.M))
        self.assertEqual(failed, set(BROKEN), ended.stdout)
        self.assertGreater(len(passed), 30, ended.stdout)


if __name__ == "__main__":
    unittest.main()
