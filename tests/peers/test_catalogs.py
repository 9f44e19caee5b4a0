"""What reads a whole site: dagster-tableau and tableau-api-lib sign in and read what they read of a real server."""

import os
import unittest
import urllib.parse

from sandbox import READY, URL, user

# Before requests is imported: the certificate of the sandbox.
os.environ["REQUESTS_CA_BUNDLE"] = READY["caFile"]

from dagster_tableau import TableauServerWorkspace, load_tableau_asset_specs  # noqa: E402
from tableau_api_lib import TableauServerConnection  # noqa: E402
from tableau_api_lib.utils.querying import (  # noqa: E402
    get_datasources_dataframe,
    get_projects_dataframe,
    get_views_dataframe,
    get_workbooks_dataframe,
)


class Dagster(unittest.TestCase):
    def setUp(self):
        app = next(app for app in READY["connectedApps"] if app["site"] == "")
        self.workspace = TableauServerWorkspace(
            connected_app_client_id=app["clientId"],
            connected_app_secret_id=app["secretId"],
            connected_app_secret_value=app["secretValue"],
            username="admin",
            site_name="",
            server_name=urllib.parse.urlsplit(READY["restTls"]).netloc,
        )

    def test_the_workspace_is_read(self):
        data = self.workspace.fetch_tableau_workspace_data()
        names = {content.properties["name"] for content in data.data_sources_by_id.values()}
        self.assertLessEqual({"Sales Orders", "Customers", "Sales"}, names)
        self.assertTrue(data.sheets_by_id)
        self.assertTrue(data.dashboards_by_id)

    def test_every_sheet_dashboard_and_data_source_becomes_an_asset(self):
        specs = load_tableau_asset_specs(self.workspace)
        keys = {spec.key.to_user_string() for spec in specs}
        self.assertTrue(any("order_backlog" in key for key in keys), keys)
        backlog = [spec for spec in specs if "order_backlog" in spec.key.to_user_string()]
        self.assertTrue(any(spec.deps for spec in backlog), "a sheet depends on its data source")


class ApiLib(unittest.TestCase):
    def setUp(self):
        admin = user("admin")
        config = {
            "sandbox": {
                "server": URL,
                "api_version": READY["restApiVersion"],
                "username": admin["name"],
                "password": admin["password"],
                "site_name": "Default",
                "site_url": "",
            }
        }
        self.connection = TableauServerConnection(config, env="sandbox")
        self.assertEqual(self.connection.sign_in().status_code, 200)
        self.addCleanup(self.connection.sign_out)

    def test_frames_have_a_row_for_each_item(self):
        for frame, group in [
            (get_workbooks_dataframe, "workbooks"),
            (get_datasources_dataframe, "datasources"),
            (get_projects_dataframe, "projects"),
            (get_views_dataframe, "views"),
        ]:
            found = frame(self.connection)
            self.assertGreater(len(found), 3, group)
            self.assertEqual(len(set(found["id"])), len(found), group)

    def test_a_query(self):
        answer = self.connection.metadata_graphql_query("{ databaseTables { name database { name } } }").json()
        self.assertIn({"name": "orders", "database": {"name": "Sales"}}, answer["data"]["databaseTables"])


if __name__ == "__main__":
    unittest.main()
