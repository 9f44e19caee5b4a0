"""The sample programs of tableauserverclient for content, from its source package, as they are.

`TSC_SAMPLES` names their folder.
"""

import os
import subprocess
import sys
import unittest
from pathlib import Path

from base import TSC, ContentTest, named, page_size, png_size, tdsx, twbx
from sandbox import TOKEN, URL

SAMPLES = Path(os.environ["TSC_SAMPLES"])


class Samples(ContentTest):
    def sample(self, name, *arguments):
        """Runs a sample, which has to work; gives what it prints."""
        # Some take the site and the token as options only.
        own = ["--server", URL, "--site", "", "--token-name", TOKEN["name"], "--token-value", TOKEN["secret"]]
        command = [sys.executable, str(SAMPLES / f"{name}.py"), *own, *map(str, arguments)]
        ended = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120)
        self.assertEqual(ended.returncode, 0, f"{name}: {ended.stdout}\n{ended.stderr}")
        self.signed_in_again()
        return ended.stdout

    def signed_in_again(self):
        """The sample's sign-in has ended the session of the same token."""
        self.server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"]))

    def found(self, endpoint, name):
        [item] = endpoint.filter(name=name)
        self.addCleanup(self.gone, endpoint.delete, item.id)
        return item

    def test_publish(self):
        name = named("Sample")
        file = self.file("sample.twbx", twbx())
        self.sample("publish_workbook", "--file", file, "--workbook-name", name, "--show-tabs")
        self.assertTrue(self.found(self.server.workbooks, name).show_tabs)
        file = self.file(f"{named('Sample')}.tdsx", tdsx())
        out = self.sample("publish_datasource", "--file", file, "--project", "default")
        self.assertIn("Datasource published", out)
        self.found(self.server.datasources, file.stem)

    def test_explore(self):
        for name, file in [("explore_workbook", "explored.twbx"), ("explore_datasource", "explored.tdsx")]:
            content = twbx() if name.endswith("workbook") else tdsx()
            published = self.sample(name, "--publish", self.file(file, content))
            self.assertIn("published. ID: ", published)
        for endpoint in [self.server.workbooks, self.server.datasources]:
            for item in TSC.Pager(endpoint):
                if item.name in ("explored", "Name me something cooler"):
                    self.addCleanup(self.gone, endpoint.delete, item.id)
        out = self.sample("explore_favorites")
        self.assertIn("Datasource deleted from favorites", out)

    def test_export(self):
        workbook = self.workbook()
        self.server.workbooks.populate_views(workbook)
        view = workbook.views[0].id
        for option, file, check in [
            ("--pdf", "view.pdf", page_size),
            ("--png", "view.png", png_size),
            ("--csv", "view.csv", lambda content: self.assertIn(b"Region", content)),
        ]:
            self.sample("export", option, "--file", self.folder / file, view)
            check((self.folder / file).read_bytes())
        self.sample("export", "--csv", "--file", self.folder / "east.csv", "--filter", "Region:East", view)
        rows = (self.folder / "east.csv").read_text().splitlines()[1:]
        self.assertTrue(rows and all("East" in row for row in rows), rows)

    def test_connections(self):
        workbook = self.workbook()
        self.server.workbooks.populate_connections(workbook)
        [connection] = workbook.connections
        self.sample("update_connection", "workbook", workbook.id, connection.id, "writer", "secret")
        self.server.workbooks.populate_connections(workbook)
        self.assertEqual(workbook.connections[0].username, "writer")
        self.sample("update_connections_auth", "workbook", workbook.id, "--datasource_username", "third", "--datasource_password", "p", "--authentication_type", "UserNamePassword")
        self.server.workbooks.populate_connections(workbook)
        self.assertEqual(workbook.connections[0].username, "third")

    def test_extracts(self):
        workbook = self.workbook(twbx(extract=b""))
        self.sample("extracts", "--create", "--workbook", workbook.id)
        out = self.sample("refresh", "workbook", workbook.id, "--synchronous", "yes")
        self.assertIn("Job finished", out)
        self.sample("extracts", "--delete", "--workbook", workbook.id)
        datasource = self.datasource(b"HyPe" + bytes(50), file="World Indicators.hyper")
        self.assertIn("Job finished", self.sample("update_datasource_data", datasource.id))

    def test_permissions_and_projects(self):
        workbook = self.workbook(name=named("Moved"))
        self.assertIn("permission rule(s) found", self.sample("query_permissions", "workbook", workbook.id))
        self.sample("move_workbook_projects", "--workbook-name", workbook.name, "--destination-project", "Samples")
        self.assertEqual(self.server.workbooks.get_by_id(workbook.id).project_name, "Samples")

    def test_data_freshness_policy(self):
        out = self.sample("update_workbook_data_freshness_policy")
        self.assertIn("FreshEvery", out)


if __name__ == "__main__":
    unittest.main()
