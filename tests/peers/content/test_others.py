"""Every method that tableauserverclient has for flows, virtual connections, favorites and tags in batch."""

import json
import unittest

from base import TSC, ContentTest, advance, named, package
from methods import every_method
from tableauserverclient.models import Resource

FLOW = json.dumps({
    "nodes": {
        "1": {"nodeType": ".v1.LoadCsv", "name": "orders", "id": "1", "connectionId": "c", "baseType": "input", "nextNodes": [{"namespace": "Default", "nextNodeId": "2"}]},
        "2": {"nodeType": ".v1.PublishExtract", "name": "Output", "id": "2", "baseType": "output", "nextNodes": []},
    },
    "connections": {"c": {"connectionType": ".v1.SqlConnection", "id": "c", "name": "dwh.example.com", "connectionAttributes": {"class": "sqlserver", "server": "dwh.example.com", "port": "1433", "dbname": "Sales", "username": "reader"}}},
    "initialNodes": ["1"],
    "documentId": "d",
    "majorVersion": 1,
    "minorVersion": 1,
})


class Flows(ContentTest):
    def flow(self, name=None, mode="CreateNew"):
        content = package(FLOW, "flow")
        item = TSC.FlowItem(self.project.id, name=name or named("Orders"))
        published = self.server.flows.publish(item, str(self.file("orders.tflx", content)), mode)
        self.addCleanup(self.gone, self.server.flows.delete, published.id)
        return published, content

    def test_publish_update_download_delete(self):
        flow, content = self.flow()
        self.assertEqual(self.server.flows.get_by_id(flow.id).name, flow.name)
        self.assertEqual([found.id for found in self.server.flows.filter(name=flow.name)], [flow.id])
        with open(self.server.flows.download(flow.id, filepath=str(self.folder / "copy")), "rb") as file:
            self.assertEqual(file.read(), content)
        self.server.flows.populate_connections(flow)
        [connection] = flow.connections
        self.assertEqual(connection.connection_type, "sqlserver")
        connection.server_address, connection.username = "other.example.com", "writer"
        self.server.flows.update_connection(flow, connection)
        self.server.flows.populate_connections(flow)
        self.assertEqual([c.server_address for c in flow.connections], ["other.example.com"])
        [owner] = self.server.users.filter(name="anita.silva")
        flow.owner_id = owner.id
        self.server.flows.update(flow)
        self.assertEqual(self.server.flows.get_by_id(flow.id).owner_id, owner.id)
        self.server.flows.delete(flow.id)
        with self.assertRaises(TSC.ServerResponseError):
            self.server.flows.get_by_id(flow.id)

    def test_runs(self):
        flow, _ = self.flow()
        job = self.server.flows.refresh(flow)
        [run] = self.server.flow_runs.filter(flow_id=flow.id)
        self.assertEqual(run.background_job_id, job.id)
        advance(60)
        done = self.server.flow_runs.wait_for_job(run.id, timeout=60)
        self.assertEqual(done.status, "Success")
        self.assertEqual(self.server.jobs.get_by_id(job.id).finish_code, TSC.JobItem.FinishCode.Success)
        self.assertEqual(self.server.flow_runs.get_by_id(run.id).flow_id, flow.id)
        self.server.flows.refresh(flow)
        running = next(run for run in self.server.flow_runs.filter(flow_id=flow.id) if run.status in ("Pending", "InProgress"))
        self.server.flow_runs.cancel(running.id)
        self.assertEqual(self.server.flow_runs.get_by_id(running.id).status, "Cancelled")
        self.assertEqual(self.server.jobs.get_by_id(running.background_job_id).finish_code, TSC.JobItem.FinishCode.Cancelled)
        self.assertIn(run.id, [run.id for run in self.server.flow_runs.filter(flow_id=flow.id)])
        # The list of runs has no pages.
        runs = self.server.flow_runs
        for query in [runs.all(), runs.paginate(page_size=1), runs.fields("id"), runs.only_fields("id")]:
            self.assertLessEqual({run.id, running.id}, {found.id for found in query})
        self.check_nameless(runs)

    def test_queries(self):
        flow, _ = self.flow()
        self.flow()
        self.check_queries(self.server.flows, flow)
        # The library reads no flow without its project and owner.
        found = self.check_fields(self.server.flows, flow, only=("id", "name", "project.id", "owner.id"))
        self.assertEqual(found.name, flow.name)

    def test_tags_permissions_and_warnings(self):
        flow, _ = self.flow()
        self.check_tags(self.server.flows, flow, lambda: self.server.flows.get_by_id(flow.id))
        self.check_update_tags(self.server.flows, lambda: self.server.flows.get_by_id(flow.id))
        self.check_permissions(self.server.flows, flow, TSC.Permission.Capability.Execute)
        self.check_quality_warnings(self.server.flows, flow)


class VirtualConnections(ContentTest):
    CONTENT = {"policyCollection": {}, "revision": {"tables": [], "connections": []}}

    def virtual_connection(self, name=None, mode="CreateNew"):
        item = TSC.VirtualConnectionItem(name or named("Warehouse"))
        item.project_id, item.owner_id = self.project.id, self.server.user_id
        published = self.server.virtual_connections.publish(item, json.dumps(self.CONTENT), mode)
        self.addCleanup(self.gone, self.server.virtual_connections.delete, published.id)
        return published

    def test_publish_update_download_delete(self):
        name = named("Warehouse")
        item = self.virtual_connection(name)
        endpoint = self.server.virtual_connections
        self.assertIn(item.id, [found.id for found in TSC.Pager(endpoint)])
        self.assertEqual(json.loads(endpoint.download(item)), self.CONTENT)
        self.virtual_connection(name, "Overwrite")
        revisions, _ = endpoint.get_revisions(item)
        self.assertEqual([revision.revision_number for revision in revisions], ["1", "2"])
        self.assertEqual(json.loads(endpoint.download_revision(item, 1)), self.CONTENT)
        item.is_certified, item.certification_note = True, "Checked"
        self.assertTrue(endpoint.update(item).is_certified)
        self.assertTrue(endpoint.get_by_id(item.id).is_certified)
        endpoint.delete(item)
        with self.assertRaises(TSC.ServerResponseError):
            endpoint.get_by_id(item.id)

    def test_queries(self):
        endpoint, item = self.server.virtual_connections, self.virtual_connection()
        self.virtual_connection()
        self.check_queries(endpoint, item)
        self.assertEqual(self.check_fields(endpoint, item, only=("id", "name")).name, item.name)

    def test_connections(self):
        endpoint = self.server.virtual_connections
        seeded = next(iter(TSC.Pager(endpoint)))
        endpoint.populate_connections(seeded)
        connection = list(seeded.connections)[0]
        connection.server_address, connection.username = "other.example.com", "writer"
        endpoint.update_connection_db_connection(seeded, connection)
        endpoint.populate_connections(seeded)
        self.assertEqual(list(seeded.connections)[0].server_address, "other.example.com")

    def test_tags_and_permissions(self):
        item = self.virtual_connection()
        endpoint = self.server.virtual_connections
        self.assertLessEqual({"blue"}, set(endpoint.add_tags(item, ["blue", "red"])))
        endpoint.delete_tags(item, "blue")
        # What is added names what there is.
        self.assertEqual(set(endpoint.add_tags(item, "green")), {"red", "green"})
        # The library has the method only to say that it does not do it.
        with self.assertRaises(NotImplementedError):
            endpoint.update_tags(item)
        self.check_permissions(endpoint, item, TSC.Permission.Capability.Connect)


class Favorites(ContentTest):
    def test_each_kind(self):
        me = self.server.users.get_by_id(self.server.user_id)
        favorites = self.server.favorites
        workbook, datasource = self.workbook(), self.datasource()
        self.server.workbooks.populate_views(workbook)
        flow = Flows.flow(self)[0]

        def found(kind):
            favorites.get(me)
            return [item.id for item in me.favorites[kind]]

        for kind, item, add, delete in [
            ("workbooks", workbook, favorites.add_favorite_workbook, favorites.delete_favorite_workbook),
            ("views", workbook.views[0], favorites.add_favorite_view, favorites.delete_favorite_view),
            ("datasources", datasource, favorites.add_favorite_datasource, favorites.delete_favorite_datasource),
            ("projects", self.project, favorites.add_favorite_project, favorites.delete_favorite_project),
            ("flows", flow, favorites.add_favorite_flow, favorites.delete_favorite_flow),
        ]:
            with self.subTest(kind):
                add(me, item)
                self.assertIn(item.id, found(kind))
                delete(me, item)
                self.assertNotIn(item.id, found(kind))
        favorites.add_favorite(me, Resource.Workbook, workbook)
        self.assertIn(workbook.id, found("workbooks"))
        favorites.delete_favorite(me, Resource.Workbook, workbook)
        self.assertNotIn(workbook.id, found("workbooks"))
        self.fails("404010", favorites.delete_favorite_workbook, me, workbook)
        favorites.add_favorite_workbook(me, workbook)
        # A deleted workbook is no favorite any more.
        self.server.workbooks.delete(workbook.id)
        self.assertNotIn(workbook.id, found("workbooks"))

    def test_metrics_are_retired(self):
        me, metric = self.server.users.get_by_id(self.server.user_id), TSC.MetricItem("Sales")
        metric.id = "5e9a7d1c-5a31-4d8e-9d3f-6f2a0f0f7a11"
        self.fails("400000", self.server.favorites.add_favorite_metric, me, metric)
        self.fails("404010", self.server.favorites.delete_favorite_metric, me, metric)


class Tags(ContentTest):
    def test_in_batch(self):
        workbook, datasource = self.workbook(), self.datasource()
        content = [workbook, datasource]
        self.server.tags.batch_add({"red", "green"}, content)
        self.assertEqual(self.server.workbooks.get_by_id(workbook.id).tags, {"red", "green"})
        self.server.tags.batch_delete({"red"}, content)
        self.assertEqual(self.server.datasources.get_by_id(datasource.id).tags, {"green"})


def load_tests(loader, tests, _):
    return every_method(loader, tests, {"flows": ["schedule_flow_run"], "flow_runs": [], "virtual_connections": [], "favorites": [], "tags": []})


if __name__ == "__main__":
    unittest.main()
