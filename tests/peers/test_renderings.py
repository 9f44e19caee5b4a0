"""Renderings, asked for by Tableau's own library and opened by other programs."""

import csv
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import openpyxl  # noqa: E402
import pptx  # noqa: E402
import pypdfium2  # noqa: E402
import tableauserverclient as TSC  # noqa: E402
from PIL import Image  # noqa: E402
from sandbox import READY, TOKEN, URL  # noqa: E402

# In points of 1/72 inch, the shorter side first.
PAGES = {
    "A3": (842, 1191), "A4": (595, 842), "A5": (420, 595), "B4": (709, 1001), "B5": (499, 709),
    "Executive": (522, 756), "Folio": (612, 936), "Ledger": (792, 1224), "Legal": (612, 1008),
    "Letter": (612, 792), "Note": (612, 792), "Quarto": (612, 780), "Tabloid": (792, 1224),
}


def identified(path, what):
    """What ImageMagick says about a picture; it fails for one that it cannot read whole."""
    command = ["identify", "-regard-warnings", "-format", what, str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Renderings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = TSC.Server(URL)
        cls.server.version = READY["restApiVersion"]
        cls.server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"]))
        cls.view = next(iter(cls.server.views.get()[0]))
        cls.workbook = cls.server.workbooks.get_by_id(cls.view.workbook_id)
        cls.server.workbooks.populate_views(cls.workbook)

    @classmethod
    def tearDownClass(cls):
        cls.server.auth.sign_out()

    def image(self, options=None):
        self.server.views.populate_image(self.view, options)
        image = Image.open(io.BytesIO(self.view.image))
        image.load()
        return image

    def test_images(self):
        plain = self.image()
        self.assertEqual((plain.format, plain.size), ("PNG", (800, 600)))
        high = self.image(TSC.ImageRequestOptions(imageresolution=TSC.ImageRequestOptions.Resolution.High))
        self.assertEqual(high.size, (1600, 1200))
        sized = self.image(TSC.ImageRequestOptions(viz_width=1234, viz_height=567))
        self.assertEqual(sized.size, (1234, 567))
        options = TSC.ImageRequestOptions()
        options.vf("Region", "East")
        self.assertNotEqual(self.image(options).tobytes(), plain.tobytes())

    def test_preview_images(self):
        self.server.views.populate_preview_image(self.view)
        self.server.workbooks.populate_preview_image(self.workbook)
        for image in (self.view.preview_image, self.workbook.preview_image):
            self.assertEqual(Image.open(io.BytesIO(image)).format, "PNG")

    def test_pages(self):
        for name, (shorter, longer) in PAGES.items():
            for orientation, size in (("Portrait", (shorter, longer)), ("Landscape", (longer, shorter))):
                options = TSC.PDFRequestOptions(page_type=name, orientation=orientation)
                self.server.views.populate_pdf(self.view, options)
                document = pypdfium2.PdfDocument(self.view.pdf)
                self.assertEqual(tuple(round(side) for side in document[0].get_size()), size, (name, orientation))
                self.assertIn(self.view.name, document[0].get_textpage().get_text_range())

    def test_pdf_of_a_workbook(self):
        self.server.workbooks.populate_pdf(self.workbook, TSC.PDFRequestOptions(page_type="A4"))
        self.assertEqual(len(pypdfium2.PdfDocument(self.workbook.pdf)), len(self.workbook.views))

    def test_pictures_in_other_programs(self):
        """ImageMagick finds pictures of the size asked for, with more than one color, and none when its data are cut off."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "view.png")
            for width, height in [(400, 300), (1000, 500)]:
                self.server.views.populate_image(self.view, TSC.ImageRequestOptions(viz_width=width, viz_height=height))
                path.write_bytes(self.view.image)
                kind, *size, colors = identified(path, "%m %w %h %k").split()
                self.assertEqual((kind, *map(int, size)), ("PNG", width, height))
                # Paper, bars and text.
                self.assertGreaterEqual(int(colors), 3)
            path.write_bytes(self.view.image[: len(self.view.image) // 2])
            with self.assertRaises(subprocess.CalledProcessError):
                identified(path, "%k")

    def test_pdf_in_other_programs(self):
        """Poppler draws each page of a PDF in its size, and finds the names of the views on them."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "workbook.pdf")
            options = TSC.PDFRequestOptions(page_type="A4", orientation="Landscape")
            self.server.workbooks.populate_pdf(self.workbook, options)
            path.write_bytes(self.workbook.pdf)
            # Poppler tells what is wrong with a file, and draws it nevertheless.
            drawn = subprocess.run(
                ["pdftoppm", "-png", "-r", "72", path, Path(folder, "page")], check=True, capture_output=True, text=True
            )
            self.assertEqual(drawn.stderr, "")
            pages = sorted(Path(folder).glob("page*.png"))
            self.assertEqual(len(pages), len(self.workbook.views))
            for number, (page, view) in enumerate(zip(pages, self.workbook.views), 1):
                # 841.89 by 595.28 points: it rounds up.
                self.assertEqual(identified(page, "%wx%h"), "842x596")
                self.assertGreaterEqual(int(identified(page, "%k")), 3)
                text = ["pdftotext", "-f", str(number), "-l", str(number), path, "-"]
                self.assertIn(view.name, subprocess.run(text, check=True, capture_output=True, text=True).stdout)

    def rows(self, **filters):
        options = TSC.CSVRequestOptions()
        for name, value in filters.items():
            options.vf(name, value)
        self.server.views.populate_csv(self.view, options)
        return list(csv.DictReader(io.StringIO(b"".join(self.view.csv).decode())))

    def test_data_is_filtered(self):
        rows = self.rows()
        self.assertEqual({row["Region"] for row in rows}, {"Central", "East", "South", "West"})
        east = self.rows(Region="East")
        self.assertEqual(east, [row for row in rows if row["Region"] == "East"])
        two = self.rows(Region="East,West", Category="Technology")
        wanted = [row for row in rows if row["Region"] in ("East", "West") and row["Category"] == "Technology"]
        self.assertEqual(two, wanted)
        self.assertEqual(self.rows(Country="Nowhere"), rows)

    def test_crosstab(self):
        options = TSC.ExcelRequestOptions()
        options.vf("Region", "East")
        self.server.views.populate_excel(self.view, options)
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(self.view.excel))).active
        lines = list(sheet.iter_rows(values_only=True))
        self.assertEqual(lines[0][:3], ("Region", "Category", "January"))
        self.assertEqual([line[0] for line in lines[1:]], ["East"] * 3)
        sales = {(row["Category"], row["Month"]): float(row["Sales"]) for row in self.rows(Region="East")}
        for line in lines[1:]:
            for month, value in zip(lines[0][2:], line[2:]):
                self.assertAlmostEqual(value, sales[line[1], month])

    def test_slides(self):
        self.server.workbooks.populate_powerpoint(self.workbook)
        deck = pptx.Presentation(io.BytesIO(self.workbook.powerpoint))
        self.assertEqual(len(deck.slides), len(self.workbook.views))
        for slide, view in zip(deck.slides, self.workbook.views):
            (picture,) = slide.shapes
            self.assertEqual(picture.name, view.name)
            self.assertEqual(Image.open(io.BytesIO(picture.image.blob)).size, (960, 540))


if __name__ == "__main__":
    unittest.main()
