"""Publishing and downloading with Tableau's Python library: in one request and in chunks."""

import io
import os
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import TOKEN, URL, advance, user  # noqa: E402

TWB = """<?xml version='1.0' encoding='utf-8' ?>
<workbook version='18.1'>
  <datasources>
    <datasource caption='Orders' name='federated.1'>
      <connection class='federated'><named-connections><named-connection name='c'>
        <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales' username='reader' />
      </named-connection></named-connections></connection>
    </datasource>
  </datasources>
  <worksheets><worksheet name='Map' /><worksheet name='Detail' /></worksheets>
  <dashboards><dashboard name='Overview' /></dashboards>
  <windows><window class='dashboard' name='Overview' /><window class='worksheet' name='Map' /></windows>
</workbook>"""


def packaged(size):
    """A packaged workbook with an extract of this many bytes, which do not compress."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        package.writestr("Orders.twb", TWB)
        package.writestr("Data/orders.hyper", os.urandom(size))
    return file.getvalue()


NAMES = []


def named(name):
    """A name that no other run has taken."""
    NAMES.append(f"{name} {time.time_ns()}")
    return NAMES[-1]


def tearDownModule():
    """Leaves the sandbox as it was: other tests count its workbooks."""
    server = TSC.Server(URL, use_server_version=True)
    with server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"])):
        for workbook in list(TSC.Pager(server.workbooks)):
            if workbook.name in NAMES:
                server.workbooks.delete(workbook.id)


class Publish(unittest.TestCase):
    def setUp(self):
        self.server = TSC.Server(URL, use_server_version=True)
        self.server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"]))
        self.addCleanup(self.server.auth.sign_out)
        self.project = next(p for p in TSC.Pager(self.server.projects) if p.name == "default")

    def publish(self, content, mode="CreateNew", name="Orders", **options):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "Orders.twbx")
            path.write_bytes(content)
            item = TSC.WorkbookItem(self.project.id, name=name)
            item.description = "Orders by region"
            return self.server.workbooks.publish(item, str(path), mode, **options)

    def downloaded(self, workbook, **options):
        with tempfile.TemporaryDirectory() as folder:
            path = self.server.workbooks.download(workbook.id, filepath=str(Path(folder, "copy")), **options)
            return Path(path).read_bytes()

    def check(self, workbook, content):
        self.server.workbooks.populate_views(workbook)
        self.assertEqual([view.name for view in workbook.views], ["Overview", "Map", "Detail"])
        self.server.workbooks.populate_connections(workbook)
        [connection] = workbook.connections
        self.assertEqual(connection.connection_type, "sqlserver")
        self.assertEqual(connection.server_address, "dwh.example.com")
        self.assertEqual(self.downloaded(workbook), content)
        small = zipfile.ZipFile(io.BytesIO(self.downloaded(workbook, include_extract=False)))
        self.assertEqual(small.namelist(), ["Orders.twb"])
        found = self.server.workbooks.get_by_id(workbook.id)
        self.assertEqual((found.name, found.project_id), (workbook.name, self.project.id))
        self.server.workbooks.delete(workbook.id)
        with self.assertRaises(TSC.ServerResponseError) as refused:
            self.server.workbooks.download(workbook.id)
        self.assertEqual(refused.exception.code, "404006")

    def test_in_one_request(self):
        content = packaged(100_000)
        self.check(self.publish(content, name=named("One")), content)

    def test_in_chunks(self):
        content = packaged(3_000_000)
        endpoint = "tableauserverclient.server.endpoint.workbooks_endpoint"
        with mock.patch(f"{endpoint}.FILESIZE_LIMIT", 1), mock.patch.dict(os.environ, TSC_CHUNK_SIZE_MB="1"):
            workbook = self.publish(content, name=named("Chunks"))
        self.check(workbook, content)

    def test_overwrite_keeps_the_identifier(self):
        name = named("Twice")
        first = self.publish(packaged(10), name=name)
        with self.assertRaises(TSC.ServerResponseError) as refused:
            self.publish(packaged(20), name=name)
        self.assertEqual(refused.exception.code, "403130")
        content = packaged(30)
        second = self.publish(content, "Overwrite", name=name)
        self.assertEqual(second.id, first.id)
        self.check(second, content)

    def test_as_a_job(self):
        name = named("Job")
        job = self.publish(packaged(10), name=name, as_job=True)
        self.assertEqual(job.type, "PublishWorkbook")
        advance(60)
        self.server.jobs.wait_for_job(job)
        self.assertEqual([w.name for w in self.server.workbooks.filter(name=name)], [name])

    def test_what_is_not_a_workbook(self):
        with self.assertRaises(TSC.ServerResponseError) as refused:
            self.publish(b"PK is not enough", name=named("None"))
        self.assertEqual(refused.exception.code, "400011")

    def test_hidden_views(self):
        workbook = self.publish(packaged(10), name=named("Hidden"))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "Orders.twbx")
            path.write_bytes(packaged(10))
            item = TSC.WorkbookItem(self.project.id, name=workbook.name)
            item.hidden_views = ["Map"]
            workbook = self.server.workbooks.publish(item, str(path), "Overwrite")
        self.server.workbooks.populate_views(workbook)
        self.assertEqual([view.name for view in workbook.views], ["Overview", "Detail"])


class Rights(unittest.TestCase):
    def test_a_viewer_reads_and_nothing_else(self):
        server = TSC.Server(URL, use_server_version=True)
        with server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"])):
            workbook = server.workbooks.get()[0][0]
            viewer = next(u for u in TSC.Pager(server.users) if u.site_role == "Viewer")
        known = user(viewer.name)
        viewing = TSC.Server(URL, use_server_version=True)
        with viewing.auth.sign_in(TSC.TableauAuth(known["name"], known["password"])):
            viewing.workbooks.populate_views(workbook)
            self.assertTrue(workbook.views)
            for call, code in [
                (lambda: viewing.workbooks.delete(workbook.id), "403004"),
                (lambda: viewing.workbooks.download(workbook.id), "403019"),
                (lambda: viewing.workbooks.delete("00000000-0000-4000-8000-000000000000"), "404006"),
            ]:
                with self.assertRaises(TSC.ServerResponseError) as refused:
                    call()
                self.assertEqual(refused.exception.code, code)
        viewing._set_auth("site", "user", "a|b|c")
        with self.assertRaises(TSC.FailedSignInError) as refused:
            viewing.workbooks.get()
        self.assertEqual(refused.exception.code, "401002")


if __name__ == "__main__":
    unittest.main()
