"""Every method that tableauserverclient has for data sources."""

import unittest
import uuid

from base import TSC, ContentTest, named, tdsx
from methods import every_method


class Datasources(ContentTest):
    def test_publish_update_download_delete(self):
        content = tdsx()
        datasource = self.datasource(content)
        copy = self.server.datasources.download(datasource.id, filepath=str(self.folder / "copy"))
        with open(copy, "rb") as file:
            self.assertEqual(file.read(), content)
        datasource.name = named("Renamed")
        datasource.certified, datasource.certification_note = True, "Checked"
        datasource.description = "Orders"
        self.server.datasources.update(datasource)
        found = self.server.datasources.get_by_id(datasource.id)
        self.assertEqual(
            (found.name, found.certified, found.certification_note, found.description),
            (datasource.name, True, "Checked", "Orders"),
        )
        self.assertEqual([d.id for d in self.server.datasources.filter(name=datasource.name)], [datasource.id])
        self.server.datasources.delete(datasource.id)
        self.fails("404004", self.server.datasources.get_by_id, datasource.id)

    def test_queries(self):
        datasource = self.datasource()
        self.check_queries(self.server.datasources, datasource)
        found = self.check_fields(self.server.datasources, datasource, lambda found: found.owner.email, "owner.email")
        self.assertEqual((found.name, found.created_at), (datasource.name, None))

    def test_kinds_of_files(self):
        import zipfile
        import io

        tds = zipfile.ZipFile(io.BytesIO(tdsx())).read("Orders.tds")
        for file, content in [("Orders.tds", tds), ("Orders.hyper", b"Hyper" + bytes(50))]:
            datasource = self.datasource(content, file=file)
            copy = self.server.datasources.download(datasource.id, filepath=str(self.folder / "again"))
            with open(copy, "rb") as again:
                self.assertEqual(again.read(), content)

    def test_connections(self):
        datasource = self.datasource()
        self.server.datasources.populate_connections(datasource)
        [connection] = datasource.connections
        self.assertEqual((connection.connection_type, connection.server_address), ("sqlserver", "dwh.example.com"))
        connection.server_address, connection.username = "other.example.com", "writer"
        self.server.datasources.update_connection(datasource, connection)
        self.server.datasources.populate_connections(datasource)
        self.assertEqual([(c.server_address, c.username) for c in datasource.connections], [("other.example.com", "writer")])
        self.server.datasources.update_connections(
            datasource, [connection.id], authentication_type="UserNamePassword", username="third", password="p", embed_password=True
        )
        self.server.datasources.populate_connections(datasource)
        self.assertEqual([c.username for c in datasource.connections], ["third"])

    def test_revisions(self):
        name, first = named("Revised"), tdsx()
        datasource = self.datasource(first, name=name)
        self.datasource(tdsx(b"Hyper" + bytes(200)), name=name, mode="Overwrite")
        self.server.datasources.populate_revisions(datasource)
        self.assertEqual([r.revision_number for r in datasource.revisions], ["1", "2"])
        copy = self.server.datasources.download_revision(datasource.id, "1", filepath=str(self.folder / "copy"))
        with open(copy, "rb") as file:
            self.assertEqual(file.read(), first)
        self.server.datasources.delete_revision(datasource.id, "1")
        self.server.datasources.populate_revisions(datasource)
        self.assertEqual([r.revision_number for r in datasource.revisions if not r.deleted], ["2"])

    def test_extracts_and_refresh(self):
        datasource = self.datasource(tdsx(b""))
        job = self.server.datasources.create_extract(datasource)
        self.done(job)
        job = self.server.datasources.refresh(datasource)
        self.done(job)
        self.server.datasources.delete_extract(datasource)

    def test_hyper_data(self):
        datasource = self.datasource(b"Hyper" + bytes(50), file="Orders.hyper")
        actions = [{"action": "insert", "source-table": "added", "target-table": "Extract"}]
        payload = self.file("added.hyper", b"Hyper" + bytes(20))
        job = self.server.datasources.update_hyper_data(
            datasource, request_id=str(uuid.uuid4()), actions=actions, payload=str(payload)
        )
        self.done(job)
        delete = [{"action": "delete", "target-table": "Extract", "condition": {"op": "eq", "target-col": "id", "const": {"type": "integer", "v": 1}}}]
        job = self.server.datasources.update_hyper_data(datasource.id, request_id=str(uuid.uuid4()), actions=delete)
        self.done(job)
        self.server.datasources.populate_connections(datasource)
        connection = datasource.connections[0]
        connection._datasource_id = datasource.id
        job = self.server.datasources.update_hyper_data(connection, request_id=str(uuid.uuid4()), actions=delete)
        self.done(job)

    def test_tags_permissions_and_warnings(self):
        datasource = self.datasource()
        self.check_tags(self.server.datasources, datasource, lambda: self.server.datasources.get_by_id(datasource.id))
        self.check_update_tags(self.server.datasources, lambda: self.server.datasources.get_by_id(datasource.id))
        self.check_permissions(self.server.datasources, datasource, TSC.Permission.Capability.Connect)
        self.check_quality_warnings(self.server.datasources, datasource)


def load_tests(loader, tests, _):
    return every_method(loader, tests, {"datasources": ["schedule_extract_refresh"]})


if __name__ == "__main__":
    unittest.main()
