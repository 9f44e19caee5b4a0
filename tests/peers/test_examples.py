"""The example programs of tableau-client: what Tableau's pages show for Python, in Rust."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tableauserverclient as TSC

sys.path.insert(0, str(Path(__file__).parent))

from sandbox import READY, TOKEN, URL, user  # noqa: E402
from test_sign_in import connected_app_token  # noqa: E402

ADMIN = user("admin")
APP = next(app for app in READY["connectedApps"] if app["site"] == "MarketingTeam")
WORKBOOK = """<?xml version="1.0" encoding="utf-8"?>
<workbook version="18.1"><worksheets><worksheet name="One"><table/></worksheet></worksheets></workbook>
"""


def delete_workbook(identifier):
    server = TSC.Server(URL, use_server_version=True)
    with server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"], "")):
        server.workbooks.delete(identifier)


class Examples(unittest.TestCase):
    def run_example(self, name, *arguments, **environment):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("TABLEAU_")}
        everything = {
            **clean,
            "TABLEAU_SERVER_URL": URL,
            "TABLEAU_PAT_NAME": TOKEN["name"],
            "TABLEAU_PAT_SECRET": TOKEN["secret"],
            "TABLEAU_USERNAME": ADMIN["name"],
            "TABLEAU_PASSWORD": ADMIN["password"],
            **environment,
        }
        program = Path(os.environ["EXAMPLES"]) / name
        done = subprocess.run([program, *arguments], env=everything, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_every_example_is_run(self):
        here = Path(__file__).parent.parent.parent / "crates/tableau-client/examples"
        names = [name.removeprefix("test_") for name in dir(self) if name.startswith("test_")]
        tested = {part for name in names for part in [name, *name.split("_and_")]}
        self.assertLessEqual({path.stem for path in here.glob("*.rs")}, tested)

    def test_sign_in_token(self):
        self.assertRegex(self.run_example("sign_in_token"), r"There are \d+ workbooks on site:\n.+")

    def test_sign_in_password(self):
        self.assertIn("2500 workbooks", self.run_example("sign_in_password"))

    def test_sign_in_connected_app(self):
        output = self.run_example(
            "sign_in_connected_app",
            TABLEAU_CONNECTED_APP_CLIENT_ID=APP["clientId"],
            TABLEAU_CONNECTED_APP_SECRET_ID=APP["secretId"],
            TABLEAU_CONNECTED_APP_SECRET_VALUE=APP["secretValue"],
        )
        self.assertRegex(output, r"\d+ workbooks")

    def test_sign_in_jwt(self):
        with tempfile.NamedTemporaryFile("w", suffix=".jwt") as file:
            file.write(connected_app_token(ADMIN["name"]) + "\n")
            file.flush()
            self.assertRegex(self.run_example("sign_in_jwt", TABLEAU_JWT_FILE=file.name), r"\d+ workbooks")

    def test_impersonate(self):
        viewer = next(u for u in READY["users"] if u["siteRole"] == "Viewer" and "" in u["sites"])
        self.assertEqual(self.run_example("impersonate", viewer["name"]).strip(), viewer["name"])

    def test_with_session(self):
        self.assertIn("2500 workbooks", self.run_example("with_session"))

    def test_switch_site(self):
        self.assertIn("workbooks on MarketingTeam", self.run_example("switch_site"))

    def test_ca_file(self):
        output = self.run_example("ca_file", TABLEAU_SERVER_URL=READY["restTls"], TABLEAU_CA_BUNDLE=READY["caFile"])
        self.assertIn("2500 workbooks", output)

    def test_danger_accept_invalid_certs(self):
        output = self.run_example("danger_accept_invalid_certs", TABLEAU_SERVER_URL=READY["restTls"])
        self.assertIn("2500 workbooks", output)

    def test_explicit_version(self):
        self.assertIn("2500 workbooks at version 3.0", self.run_example("explicit_version"))

    def test_list(self):
        lines = self.run_example("list", "Samples").splitlines()
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(line, r"^[0-9a-f-]{36}\t.+")

    def test_publish_and_download(self):
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder)
            (here / "from an example.twb").write_text(WORKBOOK)
            published = self.run_example("publish", str(here / "from an example.twb"), "Sales")
            self.assertRegex(published, r"^[0-9a-f-]{36}\tfrom an example\n$")
            self.addCleanup(delete_workbook, published.split("\t")[0])
            (here / "all").mkdir()
            self.run_example("download", "Sales", str(here / "all"))
            self.assertEqual((here / "all" / "from an example.twb").read_text(), WORKBOOK)

    def test_jobs(self):
        self.assertRegex(self.run_example("jobs", "Superstore"), r"^Superstore is refreshed: job [0-9a-f-]{36}\n$")


if __name__ == "__main__":
    unittest.main()
