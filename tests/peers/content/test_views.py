"""Every method that tableauserverclient has for views and custom views."""

import csv
import io
import json
import unittest
import zipfile

from base import TSC, ContentTest, named, page_size, png_size, twbx
from methods import every_method


def view_filter(options, name, value):
    """Options that filter what is rendered."""
    options.vf(name, value)
    return options


class Views(ContentTest):
    def seeded(self):
        return next(view for view in self.server.views.filter(name="Overview", workbook_name="Superstore"))

    def published(self):
        workbook = self.workbook()
        self.server.workbooks.populate_views(workbook)
        return workbook.views[0]

    def test_list_get_and_usage(self):
        view = self.seeded()
        self.assertEqual(self.server.views.get_by_id(view.id, usage=True).name, "Overview")
        self.assertGreaterEqual(self.server.views.get_by_id(view.id, usage=True).total_views, 0)
        found, _ = self.server.views.get(usage=True)
        self.assertTrue(all(view.total_views is not None for view in found))

    def test_queries(self):
        workbook = self.workbook(twbx(sheets=[named("Only")]))
        self.server.workbooks.populate_views(workbook)
        [view] = workbook.views
        self.check_queries(self.server.views, view)
        found = self.check_fields(self.server.views, view, lambda found: found.total_views, "usage")
        self.assertEqual((found.name, found.created_at), (view.name, None))

    def test_pictures(self):
        view = self.seeded()
        self.server.views.populate_preview_image(view)
        png_size(view.preview_image)
        self.server.views.populate_image(view)
        small = png_size(view.image)
        options = TSC.ImageRequestOptions(imageresolution=TSC.ImageRequestOptions.Resolution.High, maxage=1)
        self.server.views.populate_image(view, options)
        high = png_size(view.image)
        self.assertGreater(high, small)
        options = TSC.ImageRequestOptions(viz_height=600, viz_width=300)
        self.server.views.populate_image(view, options)
        self.assertEqual(png_size(view.image), (300, 600))

    def test_pdf(self):
        view = self.seeded()
        for kind, portrait in [("A4", (595, 842)), ("Letter", (612, 792)), ("Legal", (612, 1008))]:
            for orientation in ["Portrait", "Landscape"]:
                options = TSC.PDFRequestOptions(page_type=kind, orientation=orientation, maxage=1)
                self.server.views.populate_pdf(view, view_filter(options, "Region", "East"))
                size = tuple(round(length) for length in page_size(view.pdf))
                self.assertEqual(size, portrait if orientation == "Portrait" else portrait[::-1])

    def test_data_is_filtered(self):
        view = self.seeded()

        def rows(options=None):
            self.server.views.populate_csv(view, options)
            return list(csv.DictReader(io.StringIO(b"".join(view.csv).decode("utf-8-sig"))))

        every = rows()
        self.assertIn("Region", every[0])
        region = every[0]["Region"]
        some = rows(view_filter(TSC.CSVRequestOptions(maxage=1), "Region", region))
        self.assertEqual({row["Region"] for row in some}, {region})
        self.assertLess(len(some), len(every))
        self.server.views.populate_excel(view, view_filter(TSC.ExcelRequestOptions(maxage=1), "Region", region))
        names = zipfile.ZipFile(io.BytesIO(b"".join(view.excel))).namelist()
        self.assertIn("xl/workbook.xml", names)

    def test_tags_and_permissions(self):
        view = self.published()
        self.check_tags(self.server.views, view, lambda: self.server.views.get_by_id(view.id))
        view.tags = {"three"}
        self.server.views.update(view)
        self.assertIn("three", self.server.views.get_by_id(view.id).tags)
        self.check_update_tags(self.server.views, lambda: self.server.views.get_by_id(view.id))
        self.check_permissions(self.server.views, view, TSC.Permission.Capability.ExportData)

    def test_delete(self):
        view = self.published()
        self.server.views.delete(view)
        self.fails("404011", self.server.views.get_by_id, view.id)


class CustomViews(ContentTest):
    def custom_view(self):
        workbook = self.workbook()
        self.server.workbooks.populate_views(workbook)
        item = TSC.CustomViewItem(name=named("East only"))
        item._owner, item._workbook, item._shared = TSC.UserItem(), TSC.WorkbookItem(""), False
        item.owner._id, item.workbook._id = self.server.user_id, workbook.id
        content = {"isSourceView": True, "viewName": workbook.views[0].name, "tcv": "PD94bWwgdmVyc2lvbj0iMS4wIj8+"}
        file = self.file("view.json", json.dumps([content]))
        published = self.server.custom_views.publish(item, str(file))
        self.addCleanup(self.gone, self.server.custom_views.delete, published.id)
        return published, file

    def test_publish_download_update_delete(self):
        custom_view, file = self.custom_view()
        found = self.server.custom_views.get_by_id(custom_view.id)
        self.assertEqual((found.name, found.shared), (custom_view.name, False))
        self.assertIn(custom_view.id, [view.id for view in TSC.Pager(self.server.custom_views)])
        self.assertEqual(
            [view.id for view in self.server.custom_views.filter(workbook_id=custom_view.workbook.id)], [custom_view.id]
        )
        copy = io.BytesIO()
        self.server.custom_views.download(custom_view, copy)
        self.assertEqual(json.loads(copy.getvalue()), json.loads(file.read_bytes()))
        custom_view.name = named("West only")
        self.server.custom_views.update(custom_view)
        self.assertEqual(self.server.custom_views.get_by_id(custom_view.id).name, custom_view.name)
        self.server.custom_views.delete(custom_view.id)
        with self.assertRaises(TSC.ServerResponseError):
            self.server.custom_views.get_by_id(custom_view.id)

    def test_queries(self):
        custom_view, _ = self.custom_view()
        self.custom_view()
        self.check_pages(self.server.custom_views, custom_view)
        self.check_nameless(self.server.custom_views)
        found = self.check_fields(self.server.custom_views, custom_view)
        self.assertEqual((found.name, found.created_at), (custom_view.name, None))

    def test_renderings(self):
        custom_view, _ = self.custom_view()
        self.server.custom_views.populate_image(custom_view)
        png_size(custom_view.image)
        options = TSC.PDFRequestOptions(page_type="A4", orientation="Portrait")
        self.server.custom_views.populate_pdf(custom_view, options)
        self.assertEqual(tuple(round(length) for length in page_size(custom_view.pdf)), (595, 842))
        self.server.custom_views.populate_csv(custom_view)
        self.assertIn(b"Region", b"".join(custom_view.csv))


def load_tests(loader, tests, _):
    return every_method(loader, tests, {"views": [], "custom_views": []})


if __name__ == "__main__":
    unittest.main()
