"""What the tests of content share: a signed-in server, files of real structure, and what is deleted afterwards."""

import io
import os
import sys
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import READY, URL, advance  # noqa: E402

CONNECTION = """<datasource caption='Orders' name='federated.1' version='18.1'>
  <connection class='federated'><named-connections><named-connection name='c'>
    <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales' username='reader' />
  </named-connection></named-connections></connection>
</datasource>"""
EXTRACT = "<extract enabled='true'><connection class='hyper' dbname='Data/orders.hyper' /></extract>"
WITH_EXTRACT = CONNECTION.replace("</datasource>", EXTRACT + "</datasource>")


def twb(sheets=("Map", "Detail"), datasource=CONNECTION):
    """A workbook."""
    worksheets = "".join(f"<worksheet name='{name}' />" for name in sheets)
    return (
        "<?xml version='1.0' encoding='utf-8' ?>\n"
        f"<workbook version='18.1'><datasources>{datasource}</datasources><worksheets>{worksheets}</worksheets></workbook>"
    )


def package(document, name, extract=b""):
    """A packaged file; with an extract if there are bytes for it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, document)
        if extract:
            archive.writestr("Data/orders.hyper", extract)
    return file.getvalue()


def twbx(extract=b"Hyper" + bytes(100), **options):
    """A packaged workbook."""
    document = twb(datasource=WITH_EXTRACT if extract else CONNECTION, **options)
    return package(document, "Orders.twb", extract)


def tdsx(extract=b"Hyper" + bytes(100)):
    """A packaged data source."""
    document = "<?xml version='1.0' encoding='utf-8' ?>\n" + (WITH_EXTRACT if extract else CONNECTION)
    return package(document, "Orders.tds", extract)


def named(name):
    """A name that no other run has taken."""
    return f"{name} {time.time_ns()}"


class ContentTest(unittest.TestCase):
    """A test that leaves the sandbox as it was."""

    def setUp(self):
        self.server = TSC.Server(URL, use_server_version=True)
        # By name and password, as a program that a test runs uses the token, which has one session at a time.
        admin = next(user for user in READY["users"] if user["name"] == "admin")
        self.server.auth.sign_in(TSC.TableauAuth(admin["name"], admin["password"]))
        self.addCleanup(self.server.auth.sign_out)
        self.project = next(p for p in TSC.Pager(self.server.projects) if p.name == "default")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, content):
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def gone(self, delete, *arguments):
        """Deletes after the test what the test did not delete."""
        try:
            delete(*arguments)
        except TSC.ServerResponseError as error:
            self.assertTrue(error.code.startswith("404"), error)

    def workbook(self, content=None, name=None, mode="CreateNew", **options):
        """A published workbook."""
        item = TSC.WorkbookItem(self.project.id, name=name or named("Orders"))
        published = self.server.workbooks.publish(item, self.file("Orders.twbx", content or twbx()), mode, **options)
        self.addCleanup(self.gone, self.server.workbooks.delete, published.id)
        return published

    def datasource(self, content=None, name=None, mode="CreateNew", file="Orders.tdsx"):
        """A published data source."""
        item = TSC.DatasourceItem(self.project.id, name=name or named("Orders"))
        published = self.server.datasources.publish(item, self.file(file, content or tdsx()), mode)
        self.addCleanup(self.gone, self.server.datasources.delete, published.id)
        return published

    def done(self, job):
        """Waits for a job as the library does, once the clock is past its end."""
        advance(60)
        ended = self.server.jobs.wait_for_job(job, timeout=60)
        self.assertEqual(ended.finish_code, TSC.JobItem.FinishCode.Success)
        return ended

    def extracts_of(self, workbook):
        """Whether a workbook has extracts."""
        [found] = self.server.workbooks.fields("hasExtracts").filter(name=workbook.name)
        return found.has_extracts

    def fails(self, code, call, *arguments, **options):
        """Expects Tableau's code."""
        with self.assertRaises(TSC.ServerResponseError) as refused:
            call(*arguments, **options)
        self.assertEqual(refused.exception.code, code)

    def check_queries(self, endpoint, item):
        """Finds an item by every way in which the library asks for a list."""

        def ids(query):
            return [found.id for found in query]

        self.assertEqual(ids(endpoint.filter(name=item.name)), [item.id])
        self.assertEqual(ids(endpoint.find_by_name(item.name)), [item.id])
        ascending = [found.name for found in endpoint.order_by("name")]
        self.assertEqual(ascending, sorted(ascending, key=str.lower))
        descending = [found.name for found in endpoint.order_by("-name")]
        self.assertEqual(descending, sorted(descending, key=str.lower, reverse=True))
        self.check_pages(endpoint, item)

    def check_pages(self, endpoint, item):
        """Finds an item in a list of many pages, and asks for one of them."""
        every = [found.id for found in endpoint.all(page_size=2)]
        self.assertIn(item.id, every)
        self.assertEqual(len(every), len(set(every)))
        second = endpoint.paginate(page_number=2, page_size=1)
        self.assertEqual((second.page_number, second.page_size, second.total_available), (2, 1, len(every)))
        self.assertEqual(second[1].id, every[1])

    def check_fields(self, endpoint, item, read=None, more="id", only=("id", "name")):
        """Asks for a list with another field, and for few fields only."""
        [found] = [found for found in endpoint.fields(more) if found.id == item.id]
        if read is not None:
            self.assertIsNotNone(read(found))
        [found] = [found for found in endpoint.only_fields(*only) if found.id == item.id]
        return found

    def check_nameless(self, endpoint):
        """Neither filters nor sorts by name: the server refuses it."""
        for query, code in [(endpoint.filter(name="Orders"), "400065"), (endpoint.order_by("name"), "400066")]:
            self.fails(code, list, query)
        self.fails("400065", endpoint.find_by_name, "Orders")

    def check_tags(self, endpoint, item, read):
        """Adds, replaces and removes tags."""
        self.assertLessEqual({"blue", "dark green"}, set(endpoint.add_tags(item, ["blue", "dark green"])))
        self.assertLessEqual({"blue", "dark green"}, read().tags)
        endpoint.delete_tags(item, "blue")
        tags = read().tags
        self.assertNotIn("blue", tags)
        self.assertIn("dark green", tags)

    def check_update_tags(self, endpoint, read):
        """Makes the tags of an item those that it has here."""
        item = read()
        item.tags = {"one", "two"}
        endpoint.update_tags(item)
        self.assertEqual(read().tags, {"one", "two"})
        item = read()
        item.tags = {"two"}
        endpoint.update_tags(item)
        self.assertEqual(read().tags, {"two"})

    def check_permissions(self, endpoint, item, capability):
        """Adds a rule for a user, sees it, and deletes it."""
        [user] = self.server.users.filter(name="kavya.raman")
        rule = TSC.PermissionsRule(user, {capability: TSC.Permission.Mode.Deny})

        def found():
            endpoint.populate_permissions(item)
            mine = [rule for rule in item.permissions if rule.grantee.id == user.id]
            return {name: mode for rule in mine for name, mode in rule.capabilities.items()}

        add = getattr(endpoint, "update_permissions", None) or endpoint.add_permissions
        add(item, [rule])
        self.assertEqual(found(), {capability: "Deny"})
        endpoint.delete_permission(item, rule)
        self.assertEqual(found(), {})

    def check_quality_warnings(self, endpoint, item):
        """Adds, changes and deletes a data quality warning."""
        warning = TSC.DQWItem(warning_type="WARNING", message="Late since Monday", active=True, severe=False)
        endpoint.add_dqw(item, warning)
        endpoint.populate_dqw(item)
        [found] = item.dqws
        self.assertEqual((found.message, found.warning_type, found.active), ("Late since Monday", "WARNING", True))
        found.message, found.severe = "Late since Tuesday", True
        endpoint.update_dqw(item, found)
        endpoint.populate_dqw(item)
        [found] = item.dqws
        self.assertEqual((found.message, found.severe), ("Late since Tuesday", True))
        endpoint.delete_dqw(item)
        endpoint.populate_dqw(item)
        self.assertEqual(list(item.dqws), [])


def page_size(pdf):
    """Width and height of the first page of a PDF, in points."""
    import re

    found = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", pdf)
    return float(found[1]), float(found[2])


def png_size(png):
    """Width and height of a PNG, in pixels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n"), png[:20]
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def random_bytes(length):
    """Bytes that do not compress."""
    return os.urandom(length)
