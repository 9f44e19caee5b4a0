"""Every method that tableauserverclient has for workbooks."""

import io
import unittest
import zipfile
from pathlib import Path

from base import TSC, ContentTest, named, page_size, png_size, twbx
from methods import every_method


class Workbooks(ContentTest):
    def test_update(self):
        workbook = self.workbook()
        other = next(p for p in TSC.Pager(self.server.projects) if p.name == "Samples")
        [owner] = self.server.users.filter(name="anita.silva")
        workbook.name = named("Renamed")
        workbook.project_id = other.id
        workbook.owner_id = owner.id
        workbook.show_tabs = True
        workbook.description = "Orders by region"
        self.server.workbooks.update(workbook)
        found = self.server.workbooks.get_by_id(workbook.id)
        self.assertEqual(
            (found.name, found.project_id, found.owner_id, found.show_tabs, found.description),
            (workbook.name, other.id, owner.id, True, "Orders by region"),
        )

    def test_data_freshness_and_acceleration(self):
        workbook = self.workbook()
        policy = TSC.DataFreshnessPolicyItem(TSC.DataFreshnessPolicyItem.Option.FreshEvery)
        every = TSC.DataFreshnessPolicyItem.FreshEvery
        policy.fresh_every_schedule = every(every.Frequency.Hours, 10)
        workbook.data_freshness_policy = policy
        workbook.data_acceleration_config = {"acceleration_enabled": True, "accelerate_now": False, "last_updated_at": None, "acceleration_status": None}
        self.server.workbooks.update(workbook)
        found = self.server.workbooks.get_by_id(workbook.id)
        self.assertEqual(found.data_freshness_policy.option, "FreshEvery")
        self.assertEqual(found.data_freshness_policy.fresh_every_schedule.value, 10)
        self.assertTrue(found.data_acceleration_config["acceleration_enabled"])

    def test_connections(self):
        workbook = self.workbook()
        self.server.workbooks.populate_connections(workbook)
        [connection] = workbook.connections
        connection.server_address, connection.server_port = "other.example.com", "1444"
        connection.username, connection.password, connection.embed_password = "writer", "secret", True
        self.server.workbooks.update_connection(workbook, connection)
        self.server.workbooks.populate_connections(workbook)
        [found] = workbook.connections
        self.assertEqual(
            (found.server_address, found.server_port, found.username), ("other.example.com", "1444", "writer")
        )
        self.server.workbooks.update_connections(
            workbook, [connection.id], authentication_type="UserNamePassword", username="third", password="p", embed_password=False
        )
        self.server.workbooks.populate_connections(workbook)
        self.assertEqual([c.username for c in workbook.connections], ["third"])

    def test_revisions(self):
        name = named("Revised")
        first = twbx(sheets=["One"])
        workbook = self.workbook(first, name=name)
        self.workbook(twbx(sheets=["One", "Two"]), name=name, mode="Overwrite")
        self.server.workbooks.populate_revisions(workbook)
        self.assertEqual([r.revision_number for r in workbook.revisions], ["1", "2"])
        self.assertEqual([r.current for r in workbook.revisions], [False, True])
        copy = self.server.workbooks.download_revision(workbook.id, "1", str(self.folder / "copy"))
        with open(copy, "rb") as file:
            self.assertEqual(file.read(), first)
        bare = self.server.workbooks.download_revision(workbook.id, "1", str(self.folder / "bare"), include_extract=False)
        self.assertEqual(zipfile.ZipFile(bare).namelist(), ["Orders.twb"])
        self.server.workbooks.delete_revision(workbook.id, "1")
        self.server.workbooks.populate_revisions(workbook)
        self.assertEqual([r.revision_number for r in workbook.revisions if not r.deleted], ["2"])

    def test_renderings(self):
        workbook = self.workbook()
        self.server.workbooks.populate_preview_image(workbook)
        png_size(workbook.preview_image)
        options = TSC.PDFRequestOptions(
            page_type=TSC.PDFRequestOptions.PageType.A4, orientation=TSC.PDFRequestOptions.Orientation.Landscape
        )
        self.server.workbooks.populate_pdf(workbook, options)
        width, height = page_size(workbook.pdf)
        self.assertEqual((round(width), round(height)), (842, 595))
        self.server.workbooks.populate_powerpoint(workbook)
        slides = zipfile.ZipFile(io.BytesIO(workbook.powerpoint)).namelist()
        self.assertIn("ppt/presentation.xml", slides)

    def test_extracts_and_refresh(self):
        workbook = self.workbook(twbx(extract=b""))
        self.fails("400000", self.server.workbooks.refresh, workbook, incremental=True)
        job = self.server.workbooks.create_extract(workbook)
        self.done(job)
        job = self.server.workbooks.refresh(workbook)
        # This version of the library takes the refusal of a second one (409093) for nothing.
        self.assertIsNone(self.server.workbooks.refresh(workbook))
        self.done(job)
        job = self.server.workbooks.refresh(workbook.id, incremental=True)
        self.done(job)
        job = self.server.workbooks.delete_extract(workbook)
        if job is not None:
            self.done(job)

    def test_tags_and_permissions(self):
        workbook = self.workbook()
        self.check_tags(self.server.workbooks, workbook, lambda: self.server.workbooks.get_by_id(workbook.id))
        self.check_permissions(self.server.workbooks, workbook, TSC.Permission.Capability.ExportImage)
        other = self.workbook()
        self.check_update_tags(self.server.workbooks, lambda: self.server.workbooks.get_by_id(other.id))

    def test_views_with_usage(self):
        workbook = self.workbook()
        self.server.workbooks.populate_views(workbook, usage=True)
        self.assertEqual([view.total_views for view in workbook.views], [0, 0])

    def test_queries(self):
        workbook = self.workbook(name=named("Filtered"))
        self.check_queries(self.server.workbooks, workbook)
        found = self.check_fields(self.server.workbooks, workbook, lambda found: found.owner.email, "owner.email")
        self.assertEqual((found.name, found.created_at), (workbook.name, None))

    def test_download_and_delete(self):
        content = twbx()
        workbook = self.workbook(content)
        copy = self.server.workbooks.download(workbook.id, filepath=str(self.folder / "copy"))
        self.assertEqual(Path(copy).suffix, ".twbx")
        self.assertEqual(Path(copy).read_bytes(), content)
        into = io.BytesIO()
        self.server.workbooks.download(workbook.id, into, include_extract=False)
        self.assertEqual(zipfile.ZipFile(into).namelist(), ["Orders.twb"])
        self.server.workbooks.populate_views(workbook)
        [view, *_] = workbook.views
        self.server.workbooks.delete(workbook.id)
        self.assertEqual(list(self.server.workbooks.filter(name=workbook.name)), [])
        for call in [
            self.server.workbooks.get_by_id,
            self.server.workbooks.delete,
            self.server.workbooks.download,
            self.server.workbooks.refresh,
        ]:
            self.fails("404006", call, workbook.id)
        self.fails("404011", self.server.views.get_by_id, view.id)


def load_tests(loader, tests, _):
    return every_method(loader, tests, {"workbooks": ["schedule_extract_refresh"]})


if __name__ == "__main__":
    unittest.main()
