"""Tableau's Python library, as its documentation uses it."""

import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import READY, TOKEN, URL  # noqa: E402

WORKBOOKS = 2500


def auth(site=""):
    return TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"], site_id=site)


class Case(unittest.TestCase):
    def setUp(self):
        self.server = TSC.Server(URL, use_server_version=True)


class SignIn(Case):
    def test_with_block_lists_workbooks(self):
        with self.server.auth.sign_in(auth()):
            self.assertEqual(self.server.version, READY["restApiVersion"])
            workbooks, pagination = self.server.workbooks.get()
            self.assertEqual(pagination.total_available, WORKBOOKS)
            self.assertEqual((pagination.page_number, pagination.page_size), (1, 100))
            self.assertEqual(len(workbooks), 100)
            for workbook in workbooks:
                self.assertTrue(workbook.name and workbook.id and workbook.project_id and workbook.owner_id)
                self.assertIsNotNone(workbook.created_at)
                self.assertIsInstance(workbook.tags, set)
        self.assertFalse(self.server.is_signed_in())

    def test_call_after_sign_out_gets_401(self):
        self.server.auth.sign_in(auth())
        token, site, user = self.server.auth_token, self.server.site_id, self.server.user_id
        self.server.auth.sign_out()
        with self.assertRaises(TSC.server.endpoint.exceptions.NotSignedInError):
            self.server.workbooks.get()
        self.server._set_auth(site, user, token)
        with self.assertRaises(TSC.FailedSignInError) as refused:
            self.server.workbooks.get()
        self.assertEqual(refused.exception.code, "401002")

    def test_every_site(self):
        for site in READY["sites"]:
            server = TSC.Server(URL, use_server_version=True)
            with server.auth.sign_in(auth(site["contentUrl"])):
                self.assertEqual(server.site_id, site["id"])
                self.assertGreater(server.workbooks.get()[1].total_available, 0)

    def test_refused(self):
        wrong = [
            TSC.PersonalAccessTokenAuth(TOKEN["name"], "wrong"),
            TSC.PersonalAccessTokenAuth("no such token", TOKEN["secret"]),
            auth("nowhere"),
        ]
        for credentials in wrong:
            with self.assertRaises(TSC.FailedSignInError) as refused:
                self.server.auth.sign_in(credentials)
            self.assertEqual(refused.exception.code, "401001")
            self.assertEqual(refused.exception.summary, "Signin Error")

    def test_second_sign_in_ends_the_first_session(self):
        self.server.auth.sign_in(auth())
        other = TSC.Server(URL, use_server_version=True)
        other.auth.sign_in(auth())
        with self.assertRaises(TSC.FailedSignInError) as ended:
            self.server.workbooks.get()
        self.assertEqual(ended.exception.code, "401002")
        other.auth.sign_out()

    def test_server_info(self):
        info = self.server.server_info.get()
        self.assertEqual(info.rest_api_version, READY["restApiVersion"])
        self.assertEqual(info.product_version, READY["productVersion"])
        self.server.version = "3.99"
        with self.assertRaises(Exception):
            self.server.auth.sign_in(auth())


class Lists(Case):
    def setUp(self):
        super().setUp()
        self.server.auth.sign_in(auth())
        self.addCleanup(self.server.auth.sign_out)

    def test_pager_gets_every_workbook_once(self):
        workbooks = list(TSC.Pager(self.server.workbooks))
        self.assertEqual(len(workbooks), WORKBOOKS)
        self.assertEqual(len({workbook.id for workbook in workbooks}), WORKBOOKS)

    def test_pager_with_pages_of_1000(self):
        options = TSC.RequestOptions(pagesize=1000)
        self.assertEqual(len(list(TSC.Pager(self.server.workbooks, options))), WORKBOOKS)

    def test_filters_and_sorts_by_request_options(self):
        some = self.server.workbooks.get()[0][7]
        options = TSC.RequestOptions()
        options.filter.add(TSC.Filter(TSC.RequestOptions.Field.Name, TSC.RequestOptions.Operator.Equals, some.name))
        found, pagination = self.server.workbooks.get(options)
        self.assertEqual([workbook.name for workbook in found], [some.name] * pagination.total_available)

        options = TSC.RequestOptions()
        options.filter.add(
            TSC.Filter(TSC.RequestOptions.Field.Name, TSC.RequestOptions.Operator.In, [some.name, "no such workbook"])
        )
        self.assertEqual(self.server.workbooks.get(options)[1].total_available, pagination.total_available)

        options = TSC.RequestOptions(pagesize=1000)
        options.sort.add(TSC.Sort(TSC.RequestOptions.Field.CreatedAt, TSC.RequestOptions.Direction.Desc))
        newest_first = [workbook.created_at for workbook in self.server.workbooks.get(options)[0]]
        self.assertEqual(newest_first, sorted(newest_first, reverse=True))

        options = TSC.RequestOptions()
        options.filter.add(TSC.Filter(TSC.RequestOptions.Field.Title, TSC.RequestOptions.Operator.Has, "x"))
        with self.assertRaises(TSC.ServerResponseError) as refused:
            self.server.workbooks.get(options)
        self.assertEqual(refused.exception.code, "400065")

    def test_query_set_filters(self):
        some = self.server.workbooks.get()[0][3]
        found = self.server.workbooks.filter(name=some.name)
        self.assertIn(some.id, [workbook.id for workbook in found])
        newer = self.server.workbooks.filter(created_at__gt=some.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"), page_size=1000)
        self.assertTrue(all(workbook.created_at > some.created_at for workbook in newer))
        ordered = self.server.workbooks.all(page_size=1000).order_by("name")
        self.assertEqual(len(ordered), WORKBOOKS)
        self.assertEqual(sum(1 for _ in ordered), WORKBOOKS)
        self.assertEqual(len(self.server.workbooks.filter(name="no such workbook")), 0)
        tagged = next(workbook for workbook in self.server.workbooks.get()[0] if workbook.tags)
        tag = sorted(tagged.tags)[0]
        with_tag = list(self.server.workbooks.filter(tags__in=[tag], page_size=1000))
        self.assertIn(tagged.id, [workbook.id for workbook in with_tag])
        self.assertTrue(all(tag in workbook.tags for workbook in with_tag))

    def test_a_workbook_with_its_views(self):
        some = self.server.workbooks.get()[0][0]
        workbook = self.server.workbooks.get_by_id(some.id)
        self.assertEqual(workbook.name, some.name)
        self.assertTrue(workbook.views)

    def test_views_with_usage(self):
        views, pagination = self.server.views.get(usage=True)
        self.assertGreater(pagination.total_available, WORKBOOKS)
        self.assertTrue(any(view.total_views > 0 for view in views))
        view = self.server.views.get_by_id(views[0].id)
        self.assertEqual(view.workbook_id, views[0].workbook_id)

    def test_projects_datasources_users_sites(self):
        projects = list(TSC.Pager(self.server.projects))
        self.assertIn("default", [project.name.lower() for project in projects])
        parents = {project.parent_id for project in projects if project.parent_id}
        self.assertTrue(parents and parents <= {project.id for project in projects})
        datasources, _ = self.server.datasources.get()
        self.assertEqual(self.server.datasources.get_by_id(datasources[0].id).name, datasources[0].name)
        users, _ = self.server.users.get()
        self.assertIn("admin", [user.name for user in users])
        self.assertEqual(self.server.users.get_by_id(self.server.user_id).name, "admin")
        sites, _ = self.server.sites.get()
        self.assertEqual({site.id for site in sites}, {site["id"] for site in READY["sites"]})

    def test_page_beyond_the_last(self):
        with self.assertRaises(TSC.ServerResponseError) as refused:
            self.server.workbooks.get(TSC.RequestOptions(pagenumber=26))
        self.assertEqual(refused.exception.code, "400006")


class Uploads(Case):
    def setUp(self):
        super().setUp()
        self.server.auth.sign_in(auth())
        self.addCleanup(self.server.auth.sign_out)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "Superstore.twbx"

    def upload(self, content):
        """Uploads, and gives what the server said after each chunk."""
        self.path.write_bytes(content)
        sizes = []
        append = self.server.fileuploads.append

        def watched(*arguments):
            upload = append(*arguments)
            sizes.append((upload.upload_session_id, upload.file_size))
            return upload

        with mock.patch.object(self.server.fileuploads, "append", watched):
            upload_id = self.server.fileuploads.upload(str(self.path))
        self.assertEqual({upload_id}, {session for session, _ in sizes})
        return [size for _, size in sizes]

    def test_a_small_file_is_one_chunk(self):
        self.assertEqual(self.upload(b"PK\x03\x04 small"), [0])

    def test_chunks_of_the_size_that_the_environment_says(self):
        with mock.patch.dict(os.environ, TSC_CHUNK_SIZE_MB="1"):
            self.assertEqual(self.upload(os.urandom(2 * 1024 * 1024 + 7)), [1, 2, 2])

    def test_an_upload_that_nobody_began(self):
        with self.assertRaises(TSC.ServerResponseError) as refused:
            data, content_type = TSC.server.request_factory.RequestFactory.Fileupload.chunk_req(b"x")
            self.server.fileuploads.append("1:0-1:0", data, content_type)
        self.assertEqual(refused.exception.code, "404015")


if __name__ == "__main__":
    unittest.main()
