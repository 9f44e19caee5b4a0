"""Tableau's command: sign in, list and sign out; publish, get, export, refresh and delete content.

`TABCMD` is its path; with `FRONT`, it is the front that speaks its language, which is to do the same.
"""

import csv
import io
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "content"))

from base import ContentTest, advance, named, page_size, png_size, tdsx, twbx  # noqa: E402
from clock import jobs_that_end  # noqa: E402
from sandbox import TOKEN, URL  # noqa: E402

FRONT = "FRONT" in os.environ
LOGIN = ["--server", URL, "--token-name", TOKEN["name"], "--token-value", TOKEN["secret"]]


def tabcmd(home, *arguments):
    """Runs tabcmd, which keeps its session in the home directory and writes its log where it is run; gives its status and output."""
    done = subprocess.run(
        [os.environ["TABCMD"], *map(str, arguments)],
        cwd=home,
        env={**os.environ, "HOME": str(home), "TABLEAU_KEYRING": "off"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


class SignIn(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = folder.name

    def test_login_list_logout(self):
        code, output = tabcmd(self.home, "login", "--site", "MarketingTeam", *LOGIN)
        self.assertEqual(code, 0, output)
        self.assertIn("Signed in" if FRONT else "Succeeded", output)

        code, output = tabcmd(self.home, "list", "workbooks", "--name")
        self.assertEqual(code, 0, output)
        if not FRONT:
            self.assertIn("NAME:", output.upper().replace("NAME :", "NAME:"))
        is_item = (lambda line: line.count("-") >= 4) if FRONT else (lambda line: "ID:" in line.upper())
        self.assertGreater(sum(map(is_item, output.splitlines())), 3, output)

        code, output = tabcmd(self.home, "logout")
        self.assertEqual(code, 0, output)
        self.assertFalse((Path(self.home) / "tableau_auth.json").exists())

    def test_wrong_token(self):
        code, output = tabcmd(
            self.home, "login", "--server", URL, "--token-name", TOKEN["name"], "--token-value", "wrong"
        )
        self.assertNotEqual(code, 0, output)
        self.assertIn("401001", output)


class Content(ContentTest):
    def setUp(self):
        super().setUp()
        self.tabcmd("login", *LOGIN)

    def tabcmd(self, *arguments):
        """Runs a command that has to work; gives its output."""
        code, output = tabcmd(self.folder, *arguments)
        self.assertEqual(code, 0, f"{arguments}: {output}")
        return output

    def refused(self, said, *arguments):
        """Runs a command that has to fail, and to say why."""
        code, output = tabcmd(self.folder, *arguments)
        self.assertNotEqual(code, 0, f"{arguments}: {output}")
        self.assertIn(said, output)

    def found(self, endpoint, name):
        [item] = endpoint.filter(name=name)
        self.addCleanup(self.gone, endpoint.delete, item.id)
        return item

    def test_publish_and_delete_a_workbook(self):
        name, content = named("Tabcmd"), twbx()
        publish = ["publish", self.file("orders.twbx", content), "--name", name]
        self.tabcmd(*publish, "--tabbed")
        workbook = self.found(self.server.workbooks, name)
        self.assertEqual((workbook.project_name, workbook.show_tabs), ("default", True))
        self.refused("403130", *publish)
        self.tabcmd(*publish, "--overwrite")
        self.server.workbooks.populate_revisions(workbook)
        self.assertEqual(len(workbook.revisions), 2)
        self.tabcmd("publish", self.file("again.twbx", content), "--name", name, "--project", "Samples")
        for item in self.server.workbooks.filter(name=name):
            self.addCleanup(self.gone, self.server.workbooks.delete, item.id)
        self.tabcmd("delete", name, "--workbook", "--project", "Samples")
        self.assertEqual([item.id for item in self.server.workbooks.filter(name=name)], [workbook.id])
        self.tabcmd("delete", name, "--workbook")
        self.fails("404006", self.server.workbooks.get_by_id, workbook.id)
        self.refused("not", "delete", name, "--workbook")

    def test_publish_and_delete_a_datasource(self):
        name, content = named("Tabcmd"), tdsx()
        publish = ["publish", self.file("orders.tdsx", content), "--name", name]
        self.tabcmd(*publish, "--db-username", "writer", "--db-password", "secret", "--save-db-password")
        datasource = self.found(self.server.datasources, name)
        self.server.datasources.populate_connections(datasource)
        self.assertEqual([(c.username, c.embed_password) for c in datasource.connections], [("writer", True)])
        self.tabcmd(*publish, "--overwrite")
        self.server.datasources.populate_revisions(datasource)
        self.assertEqual(len(datasource.revisions), 2)
        self.tabcmd("delete", name, "--datasource")
        self.fails("404004", self.server.datasources.get_by_id, datasource.id)

    def test_publish_a_folder(self):
        (self.folder / "files").mkdir()
        names = [named("Folder").replace(" ", "-") for _ in range(2)]
        self.file(f"files/{names[0]}.twbx", twbx())
        self.file(f"files/{names[1]}.tdsx", tdsx())
        self.tabcmd("publish", self.folder / "files")
        self.found(self.server.workbooks, names[0])
        self.found(self.server.datasources, names[1])

    def test_get(self):
        content, data = twbx(), tdsx()
        workbook, datasource = self.workbook(content), self.datasource(data)
        self.tabcmd("get", f"/workbooks/{workbook.content_url}.twbx", "-f", "copy.twbx")
        self.assertEqual((self.folder / "copy.twbx").read_bytes(), content)
        self.tabcmd("get", f"/datasources/{datasource.content_url}.tdsx", "-f", "copy.tdsx")
        self.assertEqual((self.folder / "copy.tdsx").read_bytes(), data)
        view = f"/views/{workbook.content_url}/Map"
        self.tabcmd("get", f"{view}.png?:size=300,400", "-f", "map.png")
        # Tabcmd takes the first number for the height; tabcmd Classic did not.
        self.assertEqual(png_size((self.folder / "map.png").read_bytes()), (300, 400) if FRONT else (400, 300))
        self.tabcmd("get", f"{view}.pdf?:refresh=yes", "-f", "map.pdf")
        page_size((self.folder / "map.pdf").read_bytes())
        self.tabcmd("get", f"{view}.csv?Region=East", "-f", "map.csv")
        self.assertEqual({row["Region"] for row in self.rows("map.csv")}, {"East"})
        self.refused("not", "get", f"/views/{workbook.content_url}/Nowhere.png", "-f", "none.png")

    def rows(self, name):
        return list(csv.DictReader(io.StringIO((self.folder / name).read_text(encoding="utf-8-sig"))))

    def test_export(self):
        workbook = self.workbook()
        view = f"{workbook.content_url}/Map"
        self.tabcmd("export", view, "--png", "--width", "640", "--height", "480", "-f", "map.png")
        width, height = png_size((self.folder / "map.png").read_bytes())
        self.assertAlmostEqual(width / height, 640 / 480)
        self.tabcmd("export", view, "--pdf", "--pagesize", "a4", "--pagelayout", "landscape", "-f", "map.pdf")
        size = page_size((self.folder / "map.pdf").read_bytes())
        self.assertEqual(tuple(map(round, size)), (842, 595))
        self.tabcmd("export", view, "--fullpdf", "-f", "all.pdf")
        self.assertGreaterEqual((self.folder / "all.pdf").read_bytes().count(b"/MediaBox"), 2)
        self.tabcmd("export", view, "--csv", "-f", "all.csv")
        self.tabcmd("export", f"{view}?Region=East", "--csv", "-f", "east.csv")
        self.tabcmd("export", view, "--csv", "--filter", "Region=East", "-f", "filtered.csv")
        east = self.rows("east.csv")
        self.assertEqual({row["Region"] for row in east}, {"East"})
        self.assertEqual(self.rows("filtered.csv"), east)
        self.assertGreater(len(self.rows("all.csv")), len(east))

    def test_export_of_a_custom_view(self):
        [custom, *_] = [view for view in self.server.custom_views.all() if view.view]
        view = self.server.views.get_by_id(custom.view.id)
        workbook, _, sheet = view.content_url.split("/")
        self.tabcmd("export", f"{workbook}/{sheet}/{custom.id}/{custom.name.replace(' ', '')}", "--png", "-f", "custom.png")
        png_size((self.folder / "custom.png").read_bytes())

    def test_extracts_of_a_workbook(self):
        workbook = self.workbook(twbx(extract=b""))
        of = ["--workbook", workbook.name]
        self.assertFalse(self.extracts_of(workbook))
        self.tabcmd("createextracts", *of, "--include-all")
        advance(60)
        self.assertTrue(self.extracts_of(workbook))
        self.refused("409070", "createextracts", *of, "--include-all")
        before = self.server.workbooks.get_by_id(workbook.id).updated_at
        advance(60)
        with jobs_that_end():
            ended = self.tabcmd("refreshextracts", *of, "--synchronous")
        self.assertIn("RefreshExtract" if FRONT else "Job completed", ended)
        self.assertGreater(self.server.workbooks.get_by_id(workbook.id).updated_at, before)
        self.tabcmd("refreshextracts", *of, "--incremental")
        advance(60)
        self.tabcmd("deleteextracts", *of, "--include-all")
        advance(60)
        self.assertFalse(self.extracts_of(workbook))

    def test_extracts_of_a_datasource(self):
        datasource = self.datasource(tdsx(b""))
        of = ["--datasource", datasource.name]
        self.tabcmd("createextracts", *of)
        advance(60)
        self.assertTrue(self.server.datasources.get_by_id(datasource.id).has_extracts)
        with jobs_that_end():
            ended = self.tabcmd("refreshextracts", *of, "--synchronous")
        self.assertIn("RefreshExtract" if FRONT else "Job completed", ended)
        # The library gives no job here, which tabcmd names in its log of messages that are not shown.
        tabcmd(self.folder, "deleteextracts", *of)
        advance(60)
        self.assertFalse(self.server.datasources.get_by_id(datasource.id).has_extracts)


if __name__ == "__main__":
    unittest.main()
