"""Webhooks and permissions with Tableau's Python library."""

import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import TOKEN, URL, user  # noqa: E402


def signed_in(case):
    server = TSC.Server(URL, use_server_version=True)
    server.auth.sign_in(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"]))
    case.addCleanup(server.auth.sign_out)
    return server


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"taken")

    def log_message(self, *_):
        pass


class Webhooks(unittest.TestCase):
    def test_life(self):
        server = signed_in(self)
        hook = HTTPServer(("127.0.0.1", 0), Hook)
        self.addCleanup(hook.server_close)
        threading.Thread(target=hook.handle_request, daemon=True).start()

        new = TSC.WebhookItem()
        new.name, new.event = "Failed refreshes of a peer", "workbook-refresh-failed"
        new.url = f"http://127.0.0.1:{hook.server_port}/hook"
        created = server.webhooks.create(new)
        self.assertEqual((created.name, created.event, created.url), (new.name, new.event, new.url))
        self.assertEqual(created.owner_id, server.user_id)
        self.assertIn(created.id, [webhook.id for webhook in server.webhooks.get()[0]])
        self.assertEqual(server.webhooks.get_by_id(created.id).url, new.url)
        answer = server.webhooks.test(created.id)
        self.assertIn(b"taken", answer.content)
        server.webhooks.delete(created.id)
        with self.assertRaises(TSC.ServerResponseError) as refused:
            server.webhooks.get_by_id(created.id)
        self.assertTrue(refused.exception.code.startswith("404"))

    def test_refused(self):
        server = signed_in(self)
        new = TSC.WebhookItem()
        new.name, new.event, new.url = "No TLS", "view-deleted", "http://example.com/"
        with self.assertRaises(TSC.ServerResponseError) as refused:
            server.webhooks.create(new)
        self.assertEqual(refused.exception.code, "400000")
        viewer = next(u for u in TSC.Pager(server.users) if u.site_role == "Viewer")
        viewing = TSC.Server(URL, use_server_version=True)
        with viewing.auth.sign_in(TSC.TableauAuth(viewer.name, user(viewer.name)["password"])):
            with self.assertRaises(TSC.ServerResponseError) as refused:
                viewing.webhooks.get()
            self.assertEqual(refused.exception.code, "403004")


class Permissions(unittest.TestCase):
    def test_rules_decide(self):
        server = signed_in(self)
        workbook = server.workbooks.get()[0][1]
        explorer = next(u for u in TSC.Pager(server.users) if u.site_role == "Explorer")
        reading = TSC.Server(URL, use_server_version=True)
        reading.auth.sign_in(TSC.TableauAuth(explorer.name, user(explorer.name)["password"]))
        self.addCleanup(reading.auth.sign_out)
        reading.workbooks.populate_views(workbook)

        capability, mode = TSC.Permission.Capability.Read, TSC.Permission.Mode.Deny
        rule = TSC.PermissionsRule(explorer, {capability: mode})
        server.workbooks.update_permissions(workbook, [rule])
        self.addCleanup(server.workbooks.delete_permission, workbook, rule)
        server.workbooks.populate_permissions(workbook)
        found = next(r for r in workbook.permissions if r.grantee.id == explorer.id)
        self.assertEqual(found.capabilities, {capability: mode})
        other = server.workbooks.get_by_id(workbook.id)
        with self.assertRaises(TSC.ServerResponseError) as refused:
            reading.workbooks.populate_views(other)
            other.views
        self.assertEqual(refused.exception.code, "403004")


if __name__ == "__main__":
    unittest.main()
