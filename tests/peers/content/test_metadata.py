"""The Metadata API through tableauserverclient: every method, its sample, and what is published."""

import os
import subprocess
import sys
import unittest

from base import TSC, URL, ContentTest, named, package, twb
from sandbox import TOKEN

TABLES = """<datasource caption='Orders' name='federated.1'>
  <connection class='federated'><named-connections><named-connection name='c'>
    <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales' username='reader' />
  </named-connection></named-connections>
  <relation connection='c' name='orders' table='[dbo].[orders]' type='table' />
  <relation connection='c' name='returns' table='[dbo].[returns]' type='table' />
  <metadata-records><metadata-record class='column'><remote-name>reason</remote-name><remote-type>130</remote-type>
  <local-name>[reason]</local-name><parent-name>[returns]</parent-name><local-type>string</local-type></metadata-record></metadata-records>
  </connection></datasource>"""
PAGED = """query paged($first: Int, $afterToken: String) { workbooksConnection(first: $first, after: $afterToken) {
  nodes { luid name } totalCount pageInfo { hasNextPage endCursor } } }"""


class Metadata(ContentTest):
    def test_query_with_variables_and_errors(self):
        metadata = self.server.metadata
        answer = metadata.query("query($n: String) { workbooks(filter: {name: $n}) { name projectName } }", {"n": "Superstore"})
        self.assertEqual(answer, {"data": {"workbooks": [{"name": "Superstore", "projectName": "Samples"}]}})
        wrong = metadata.query("{ nothing }")
        self.assertTrue(wrong["errors"])
        with self.assertRaises(TSC.server.endpoint.exceptions.GraphQLError):
            metadata.query("{ nothing }", abort_on_error=True)

    def test_every_page_is_there_once(self):
        pages = self.server.metadata.paginated_query(PAGED, {"first": 4})["pages"]
        luids = [node["luid"] for page in pages for node in page["data"]["workbooksConnection"]["nodes"]]
        workbooks = {workbook.id for workbook in TSC.Pager(self.server.workbooks)}
        self.assertEqual((set(luids), len(luids)), (workbooks, len(workbooks)))
        self.assertGreater(len(pages), 1)
        self.assertEqual(pages[0]["data"]["workbooksConnection"]["totalCount"], len(workbooks))

    def test_status(self):
        self.assertTrue(self.server.metadata.backfill_status())
        self.assertTrue(self.server.metadata.eventing_status())

    def test_what_is_published_is_known_with_its_tables(self):
        file = package(twb(datasource=TABLES), "Returns.twb")
        published = self.workbook(file, name=named("Returns"))
        query = "query($l: String) { workbooks(filter: {luid: $l}) { upstreamTables { name luid } upstreamColumns { name } } }"
        [found] = self.server.metadata.query(query, {"l": published.id})["data"]["workbooks"]
        self.assertEqual({table["name"] for table in found["upstreamTables"]}, {"orders", "returns"})
        self.assertIn({"name": "reason"}, found["upstreamColumns"])
        tables = {table.id: table for table in TSC.Pager(self.server.tables)}
        for table in found["upstreamTables"]:
            self.assertEqual(tables[table["luid"]].name, table["name"])
        self.assertEqual(sum(database.name == "Sales" for database in TSC.Pager(self.server.databases)), 1)

    def test_the_sample(self):
        # metadata_paginated_query.py reads pages of a query that it does not ask for in pages, and fails against every server.
        sample = os.path.join(os.environ["TSC_SAMPLES"], "metadata_query.py")
        common = ["--server", URL, "--site", "", "--token-name", TOKEN["name"], "--token-value", TOKEN["secret"]]
        for name, expected in [(["Sales Orders"], "Average Order"), ([], "General Ledger")]:
            ran = subprocess.run([sys.executable, sample, *common, *name], capture_output=True, text=True, timeout=60)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertIn(expected, ran.stdout)
            self.assertNotIn("Errors", ran.stdout)


if __name__ == "__main__":
    unittest.main()
