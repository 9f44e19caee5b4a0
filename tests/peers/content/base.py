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
from sandbox import TOKEN, URL  # noqa: E402

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


def twbx(extract=b"HyPe" + bytes(100), **options):
    """A packaged workbook."""
    document = twb(datasource=WITH_EXTRACT if extract else CONNECTION, **options)
    return package(document, "Orders.twb", extract)


def tdsx(extract=b"HyPe" + bytes(100)):
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
        self.server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"]))
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

    def fails(self, code, call, *arguments, **options):
        """Expects Tableau's code."""
        with self.assertRaises(TSC.ServerResponseError) as refused:
            call(*arguments, **options)
        self.assertEqual(refused.exception.code, code)

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
