"""Files of real structure go in and come out as they were; broken ones, bombs and tricks are refused, and nothing of them is left.

The files are those that Tableau's tabcmd and its Python library have for their own tests, those of a reader of workbooks (py-tbparse), extracts made by
Tableau's Hyper API, and flows made by cwprep. `SOURCES` names the folder of the source packages, `SANDBOX_DATA` that of the sandbox.
"""

import contextlib
import io
import json
import os
import unittest
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

from base import CONNECTION, TSC, ContentTest, named, package, tdsx, twb, twbx
from cwprep import TFLBuilder, TFLPackager
from tableaudocumentapi import Datasource, Workbook
from tableauhyperapi import Connection, CreateMode, HyperProcess, Inserter, SqlType, TableDefinition, TableName, Telemetry

SOURCES = Path(os.environ["SOURCES"])
DATA = Path(os.environ["SANDBOX_DATA"])
TABLE = TableName("Extract", "Extract")
# A format of extracts before `.hyper`.
EXTRACTS = (".hyper", ".tde")


def of_type(*types):
    """The files of these types in the source packages."""
    found = sorted(path for path in SOURCES.rglob("*") if path.suffix in types)
    assert found, types
    return found


def document(path):
    """The document of a workbook or a data source, read by another program than the sandbox."""
    if path.suffix in (".twb", ".tds"):
        return ET.parse(path).getroot()
    with zipfile.ZipFile(path) as archive:
        [name] = [name for name in archive.namelist() if name.endswith((".twb", ".tds")) and "/" not in name]
        return ET.fromstring(archive.read(name))


def sheets(workbook):
    """The names of the sheets that a workbook shows: those whose window is not hidden."""
    hidden = {window.get("name") for window in workbook.iterfind("windows/window[@hidden='true']")}
    every = [*workbook.iterfind("worksheets/worksheet"), *workbook.iterfind("dashboards/dashboard")]
    return {sheet.get("name") for sheet in every} - hidden


def kept_files():
    """The files that the sandbox keeps."""
    return sorted(path for path in DATA.rglob("*") if path.is_file() and "sqlite" not in path.name)


class Hyper:
    """The process of Tableau's Hyper API, which is started once."""

    process = None

    @classmethod
    def connect(cls, path, mode):
        return Connection(cls.process.endpoint, str(path), mode)

    @classmethod
    def make(cls, path, rows):
        """An extract with these rows of a region and its sales."""
        with cls.connect(path, CreateMode.CREATE_AND_REPLACE) as connection:
            connection.catalog.create_schema(TABLE.schema_name)
            columns = [TableDefinition.Column("Region", SqlType.text()), TableDefinition.Column("Sales", SqlType.int())]
            table = TableDefinition(TABLE, columns)
            connection.catalog.create_table(table)
            with Inserter(connection, table) as inserter:
                inserter.add_rows(rows)
                inserter.execute()
        return path

    @classmethod
    def rows(cls, path):
        with cls.connect(path, CreateMode.NONE) as connection:
            return [tuple(row) for row in connection.execute_list_query(f"SELECT * FROM {TABLE} ORDER BY 2")]


def setUpModule():
    # Its log would be written where the tests are run.
    parameters = {"log_config": ""}
    Hyper.process = HyperProcess(Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters=parameters)
    Hyper.process.__enter__()


def tearDownModule():
    Hyper.process.__exit__(None, None, None)


class RealFiles(ContentTest):
    def published(self, endpoint, item, path):
        """Publishes a file, which is downloaded as it was."""
        published = endpoint.publish(item, str(path), "CreateNew")
        self.addCleanup(self.gone, endpoint.delete, published.id)
        copy = Path(endpoint.download(published.id, filepath=str(self.folder / "copy")))
        self.assertEqual(copy.suffix, path.suffix)
        self.assertEqual(copy.read_bytes(), path.read_bytes(), path)
        copy.unlink()
        return published

    def check_without_extract(self, endpoint, id, path):
        """Downloads a package without its extracts; everything else is as it was."""
        copy = endpoint.download(id, filepath=str(self.folder / "bare"), include_extract=False)
        with zipfile.ZipFile(path) as whole, zipfile.ZipFile(copy) as bare:
            left = {name: whole.read(name) for name in whole.namelist() if not name.endswith(EXTRACTS)}
            self.assertEqual({name: bare.read(name) for name in bare.namelist()}, left)

    def test_workbooks(self):
        for path in of_type(".twb", ".twbx"):
            with self.subTest(path.name):
                item = TSC.WorkbookItem(self.project.id, name=named(path.stem[:40]))
                workbook = self.published(self.server.workbooks, item, path)
                self.server.workbooks.populate_views(workbook)
                names = [view.name for view in workbook.views]
                self.assertEqual(len(names), len(set(names)))
                self.assertEqual(set(names), sheets(document(path)))
                self.check_connections(self.server.workbooks, workbook, path)
                if path.suffix == ".twbx":
                    self.check_without_extract(self.server.workbooks, workbook.id, path)

    def test_datasources(self):
        for path in of_type(".tds", ".tdsx"):
            with self.subTest(path.name):
                item = TSC.DatasourceItem(self.project.id, name=named(path.stem[:40]))
                datasource = self.published(self.server.datasources, item, path)
                self.check_connections(self.server.datasources, datasource, path)
                if path.suffix == ".tdsx":
                    self.check_without_extract(self.server.datasources, datasource.id, path)

    def check_connections(self, endpoint, item, path):
        """The connections are those that Tableau's Document API finds in the file, where it reads files of that age."""
        if float(document(path).get("version", "0")) < 9:
            return
        is_workbook = path.suffix.startswith(".twb")
        datasources = Workbook(str(path)).datasources if is_workbook else [Datasource.from_file(str(path))]
        expected = [
            (connection.dbclass, connection.server or "", connection.username or "")
            for datasource in datasources
            for connection in datasource.connections
        ]
        endpoint.populate_connections(item)
        found = [(c.connection_type, c.server_address or "", c.username or "") for c in item.connections]
        self.assertEqual(sorted(found), sorted(expected))

    def test_extracts(self):
        made = Hyper.make(self.folder / "made.hyper", [["East", 1], ["West", 2]])
        for path in [made, *of_type(".hyper")]:
            with self.subTest(path.name):
                item = TSC.DatasourceItem(self.project.id, name=named("Rows"))
                datasource = self.published(self.server.datasources, item, path)
                self.assertTrue(self.server.datasources.get_by_id(datasource.id).has_extracts)
        copy = self.server.datasources.download(self.datasource(made.read_bytes(), file="made.hyper").id, str(self.folder / "again"))
        self.assertEqual(Hyper.rows(copy), [("East", 1), ("West", 2)])
        packaged = self.file("packaged.tdsx", tdsx(made.read_bytes()))
        item = TSC.DatasourceItem(self.project.id, name=named("Packaged"))
        datasource = self.published(self.server.datasources, item, packaged)
        self.check_without_extract(self.server.datasources, datasource.id, packaged)
        added = Hyper.make(self.folder / "added.hyper", [["North", 3]])
        actions = [{"action": "insert", "source-table": "Extract", "target-table": "Extract"}]
        job = self.server.datasources.update_hyper_data(datasource, request_id=named("r"), actions=actions, payload=str(added))
        self.done(job)

    def test_flows(self):
        # It tells of each file that it has made.
        with contextlib.redirect_stdout(io.StringIO()):
            self.make_flows()
        for file, connections in [
            ("orders.tfl", [("postgres", "dwh.example.com", "reader")]),
            ("targets.tflx", [("textscan", None, None)]),
        ]:
            item = TSC.FlowItem(self.project.id, name=named("Flow"))
            flow = self.published(self.server.flows, item, self.folder / file)
            self.server.flows.populate_connections(flow)
            found = [(c.connection_type, c.server_address or None, c.username or None) for c in flow.connections]
            self.assertEqual(found, connections)
            self.assertIsNotNone(self.server.flows.refresh(flow).id)

    def make_flows(self):
        """A flow that reads a database, and one with a file in its package."""
        builder = TFLBuilder(flow_name="Orders")
        of_database = builder.add_connection("dwh.example.com", username="reader", dbname="Sales", db_class="postgres", port="5432")
        orders = builder.add_input_sql("Orders", "SELECT * FROM orders", of_database)
        builder.add_output_server("Clean orders", orders, "Orders")
        builder.add_output_server("All orders", orders, "All orders")
        TFLPackager.save_tfl(str(self.folder / "orders.tfl"), *builder.build())
        builder = TFLBuilder(flow_name="Targets")
        rows = self.file("targets.csv", "Region,Target\nEast,1\n")
        of_file = builder.add_file_connection("targets.csv", is_packaged=True)
        builder.add_output_server("Clean", builder.add_input_csv("Targets", of_file), "Targets")
        TFLPackager.save_tflx(str(self.folder / "targets.tflx"), *builder.build(is_packaged=True), data_files={of_file: [str(rows)]})


class BrokenFiles(ContentTest):
    """Nothing of what is refused is listed, found, or kept in the sandbox's folder."""

    BOMB = b" " * (64 * 1024 * 1024)

    def refused(self, endpoint, make, code, files):
        kept = kept_files()
        for why, (file, content) in files.items():
            with self.subTest(f"{file}: {why}"):
                name = named("Refused")
                self.fails(code, endpoint.publish, make(name), str(self.file(file, content)), "CreateNew")
                self.assertEqual(list(endpoint.filter(name=name)), [])
        self.assertEqual(kept_files(), kept)

    def broken_packages(self, file, inner, document):
        """Packages that are cut off, changed, or tricks; `inner` is the name of the document in them."""

        def zipped(*entries):
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in entries:
                    archive.writestr(name, text)
            return content.getvalue()

        whole = zipped((inner, document))
        # The checksum of the document in the list of files.
        at = whole.rindex(b"PK\x01\x02") + 16
        damaged = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        return {
            "empty": (file, b""),
            "no package": (file, document.encode()),
            "half of it": (file, whole[: len(whole) // 2]),
            "without its last byte": (file, whole[:-1]),
            "a wrong checksum": (file, damaged),
            "nothing in it": (file, zipped()),
            "no document": (file, zipped(("other.txt", "x"))),
            "a path above it": (file, zipped((inner, document), ("../../etc/passwd", "x"))),
            "an absolute path": (file, zipped((inner, document), ("/etc/passwd", "x"))),
            "a path of Windows": (file, zipped((inner, document), ("..\\evil.dll", "x"))),
            "a drive of Windows": (file, zipped((inner, document), ("C:\\evil.dll", "x"))),
            "too many files": (file, zipped((inner, document), *((f"{n}.txt", "") for n in range(10_001)))),
        }

    def broken_documents(self, file, document, root):
        """Documents that are cut off, something else, or bombs."""
        laughs = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
        return {
            "empty": (file, b""),
            "no XML": (file, b"%PDF-1.7 something else"),
            "half of it": (file, document[: len(document) // 2]),
            "another root": (file, f"<other>{document[document.index('<' + root):]}</other>"),
            "too deep": (file, f"<{root}>" + "<a>" * 100_000),
            "entities in entities": (file, f"<!DOCTYPE {root} [<!ENTITY a0 'ha'>{laughs}]><{root} name='&a9;'>&a9;</{root}>"),
        }

    def test_workbooks(self):
        files = {
            **self.broken_documents("a.twb", twb(), "workbook"),
            **{f"package: {why}": file for why, file in self.broken_packages("a.twbx", "a.twb", twb()).items()},
            "a bomb": ("a.twbx", package(b"<workbook>" + self.BOMB, "a.twb")),
            "no sheets": ("a.twb", twb(sheets=())),
            "a packaged one without package": ("a.twb", twbx()),
            "two documents": ("a.twbx", self.two("a.twb", "b.twb", twb())),
        }
        self.refused(self.server.workbooks, lambda name: TSC.WorkbookItem(self.project.id, name=name), "400011", files)

    def test_datasources(self):
        files = {
            **self.broken_documents("a.tds", CONNECTION, "datasource"),
            **{f"package: {why}": file for why, file in self.broken_packages("a.tdsx", "a.tds", CONNECTION).items()},
            "a bomb": ("a.tdsx", package(b"<datasource>" + self.BOMB, "a.tds")),
            "no connection": ("a.tds", "<datasource/>"),
            "an extract that is none": ("a.hyper", b"PK\x03\x04 something else"),
            "the beginning of an extract": ("b.hyper", b"Hyp"),
            "an empty extract": ("c.hyper", b""),
            "a Parquet file that is none": ("a.parquet", b"Hyper"),
            "a Parquet file that is cut off": ("b.parquet", b"PAR1 and rows"),
            "an empty Parquet file": ("c.parquet", b""),
        }
        self.refused(self.server.datasources, lambda name: TSC.DatasourceItem(self.project.id, name=name), "400011", files)

    def test_flows(self):
        flow = json.dumps({"nodes": {}, "connections": {}})
        files = {
            **self.broken_packages("a.tflx", "flow", flow),
            "a flow without package": ("a.tfl", flow),
            "a flow that is cut off": ("b.tfl", package(flow[:-1], "flow")),
            "another document": ("c.tfl", package("[1, 2]", "flow")),
            "a bomb": ("d.tfl", package(b"{" + self.BOMB, "flow")),
            "too deep": ("e.tfl", package('{"nodes":' + "[" * 100_000, "flow")),
        }
        self.refused(self.server.flows, lambda name: TSC.FlowItem(self.project.id, name=name), "400086", files)

    @staticmethod
    def two(first, second, document):
        """A package with two documents."""
        content = io.BytesIO(package(document, first))
        with zipfile.ZipFile(content, "a") as archive:
            archive.writestr(second, document)
        return content.getvalue()

    def test_custom_views(self):
        workbook = self.workbook()
        kept = kept_files()
        for content in [b"", b"[", b"{}", b"[]", b"PK\x03\x04"]:
            item = TSC.CustomViewItem(name=named("Refused"))
            item._owner, item._workbook, item._shared = TSC.UserItem(), TSC.WorkbookItem(""), False
            item.owner._id, item.workbook._id = self.server.user_id, workbook.id
            with self.subTest(content), self.assertRaises(TSC.ServerResponseError) as refused:
                self.server.custom_views.publish(item, str(self.file("view.json", content)))
            self.assertTrue(refused.exception.code.startswith("400"), refused.exception)
            self.assertNotIn(item.name, [view.name for view in TSC.Pager(self.server.custom_views)])
        self.assertEqual(kept_files(), kept)


if __name__ == "__main__":
    unittest.main()
