"""Every way to sign in that Tableau's pages show for its Python library, with only the placeholder values changed."""

import datetime
import sys
import unittest
import uuid
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import jwt  # noqa: E402
import tableauserverclient as TSC  # noqa: E402
from sandbox import READY, TOKEN, URL, user  # noqa: E402

ADMIN = user("admin")
APP = next(app for app in READY["connectedApps"] if app["site"] == "MarketingTeam")


def connected_app_token(name, **changed):
    """The token of a connected app, as the documentation makes it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    claims = {
        "iss": APP["clientId"],
        "exp": now + datetime.timedelta(minutes=5),
        "jti": str(uuid.uuid4()),
        "aud": "tableau",
        "sub": name,
        "scp": ["tableau:content:read", "tableau:users:read", "tableau:sites:switch"],
        **changed,
    }
    headers = {"kid": APP["secretId"], "iss": APP["clientId"]}
    return jwt.encode(claims, APP["secretValue"], algorithm="HS256", headers=headers)


def other_user(site):
    """The id of another user on a site."""
    server = TSC.Server(URL, use_server_version=True)
    with server.auth.sign_in(TSC.TableauAuth(ADMIN["name"], ADMIN["password"], site_id=site)):
        users, _ = server.users.get()
        return next(u for u in users if u.name != ADMIN["name"] and u.site_role == "Viewer").id


class SignIn(unittest.TestCase):
    def lists_workbooks(self, auth, server=None):
        server = server or TSC.Server(URL, use_server_version=True)
        with server.auth.sign_in(auth):
            all_workbooks, pagination_item = server.workbooks.get()
            self.assertGreater(pagination_item.total_available, 0)
            self.assertTrue([workbook.name for workbook in all_workbooks])
            return server.user_id

    def test_personal_access_token(self):
        self.lists_workbooks(TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"], "MarketingTeam"))

    def test_user_name_and_password(self):
        self.lists_workbooks(TSC.TableauAuth(ADMIN["name"], ADMIN["password"], site_id="MarketingTeam"))

    def test_jwt(self):
        self.lists_workbooks(TSC.JWTAuth(connected_app_token(ADMIN["name"]), site_id="MarketingTeam"))

    def test_impersonation_by_each(self):
        other = other_user("MarketingTeam")
        ways = [
            TSC.TableauAuth(ADMIN["name"], ADMIN["password"], "MarketingTeam", user_id_to_impersonate=other),
            TSC.PersonalAccessTokenAuth(TOKEN["name"], TOKEN["secret"], "MarketingTeam", user_id_to_impersonate=other),
            TSC.JWTAuth(connected_app_token(ADMIN["name"]), site_id="MarketingTeam", user_id_to_impersonate=other),
        ]
        for auth in ways:
            with self.subTest(type(auth).__name__):
                self.assertEqual(self.lists_workbooks(auth), other)

    def test_verify_with_a_ca_file(self):
        server = TSC.Server(READY["restTls"], http_options={"verify": READY["caFile"]}, use_server_version=True)
        self.lists_workbooks(TSC.TableauAuth(ADMIN["name"], ADMIN["password"]), server)

    def test_verify_false(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = TSC.Server(READY["restTls"], http_options={"verify": False}, use_server_version=True)
            self.lists_workbooks(TSC.TableauAuth(ADMIN["name"], ADMIN["password"]), server)

    def test_an_unknown_authority_is_refused(self):
        server = TSC.Server(READY["restTls"])
        with self.assertRaises(Exception) as refused:
            server.auth.sign_in(TSC.TableauAuth(ADMIN["name"], ADMIN["password"]))
        self.assertIn("certificate", str(refused.exception).lower())

    def test_switch_site(self):
        server = TSC.Server(URL, use_server_version=True)
        with server.auth.sign_in(TSC.TableauAuth(ADMIN["name"], ADMIN["password"])):
            before = server.auth_token
            target = next(site for site in server.sites.get()[0] if site.content_url == "MarketingTeam")
            server.auth.switch_site(target)
            self.assertEqual(server.site_id, target.id)
            self.assertNotEqual(server.auth_token, before)
            self.assertGreater(server.workbooks.get()[1].total_available, 0)
            # The site it is on already.
            server.auth.switch_site(target)

    def test_an_explicit_version(self):
        server = TSC.Server(URL)
        server.version = "3.0"
        self.lists_workbooks(TSC.TableauAuth(ADMIN["name"], ADMIN["password"]), server)
        self.assertEqual(server.version, "3.0")

    def test_a_jwt_without_the_scope(self):
        server = TSC.Server(URL, use_server_version=True)
        token = connected_app_token(ADMIN["name"], scp=["tableau:views:download"])
        with server.auth.sign_in(TSC.JWTAuth(token, site_id="MarketingTeam")):
            with self.assertRaises(TSC.FailedSignInError) as refused:
                server.workbooks.get()
            self.assertEqual(refused.exception.code, "401002")

    def test_jwts_that_are_refused(self):
        late = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=30)
        mistakes = {
            "5": connected_app_token("unknown"),
            "16": connected_app_token(ADMIN["name"], exp=late),
            "126": connected_app_token(ADMIN["name"], iss=str(uuid.uuid4())),
            "10084": connected_app_token(ADMIN["name"], aud="another service"),
        }
        # The header names the issuer as well: without it, the claim counts.
        headers = {"kid": APP["secretId"]}
        claims = jwt.decode(mistakes["126"], options={"verify_signature": False})
        mistakes["126"] = jwt.encode(claims, APP["secretValue"], algorithm="HS256", headers=headers)
        for code, token in mistakes.items():
            with self.subTest(code):
                with self.assertRaises(TSC.FailedSignInError) as refused:
                    TSC.Server(URL).auth.sign_in(TSC.JWTAuth(token, site_id="MarketingTeam"))
                self.assertEqual(refused.exception.code, "401001")
                self.assertIn(f"({code})", refused.exception.detail)


if __name__ == "__main__":
    unittest.main()
