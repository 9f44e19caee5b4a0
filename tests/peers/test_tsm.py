"""Plain programs that administer a server through TSM: after the sample on Tableau's page on authentication, in Python 3."""

import json
import ssl
import sys
import tempfile
import unittest
import urllib.parse
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import requests  # noqa: E402
from sandbox import READY  # noqa: E402

URL = READY["tsm"]
ACCOUNT = READY["tsmAccount"]
HEADERS = {"content-type": "application/json"}
BODY = {"authentication": {"name": ACCOUNT["name"], "password": ACCOUNT["password"]}}
VERSIONS = ("0.5", "1.0")
LOG_IN = "Please log in at /login in order to proceed."


def sign_in_and_out_like_the_sample(session, version):
    """What the sample does, step by step: it turns verification off for the login, and not for the logout."""
    login_url = f"{URL}/api/{version}/login"
    logout_url = f"{URL}/api/{version}/logout"
    login_response = session.post(login_url, data=json.dumps(BODY), headers=HEADERS, verify=False)
    if login_response.status_code != 204:
        raise AssertionError(f"login: {login_response.status_code}")
    return session.post(logout_url)


class Tsm(unittest.TestCase):
    def setUp(self):
        # The certificate is its own trust anchor.
        address = urllib.parse.urlsplit(URL)
        file = tempfile.NamedTemporaryFile("w", suffix=".pem")
        self.addCleanup(file.close)
        file.write(ssl.get_server_certificate((address.hostname, address.port)))
        file.flush()
        self.certificate = file.name
        warnings.simplefilter("ignore", requests.packages.urllib3.exceptions.InsecureRequestWarning)

    def session(self):
        """A session that trusts the certificate in everything it does."""
        session = requests.Session()
        self.addCleanup(session.close)
        # Variables of the machine would override the session's trust.
        session.trust_env = False
        session.verify = self.certificate
        return session

    def signed_in(self, version):
        session = self.session()
        answer = session.post(f"{URL}/api/{version}/login", json=BODY)
        self.assertEqual((answer.status_code, answer.content), (204, b""))
        return session

    def test_the_sample_fails_at_logout(self):
        for version in VERSIONS:
            with requests.Session() as session:
                session.trust_env = False
                with self.assertRaises(requests.exceptions.SSLError):
                    sign_in_and_out_like_the_sample(session, version)
                # So its cookie is still good.
                status = session.get(f"{URL}/api/{version}/status", verify=False)
                self.assertEqual(status.status_code, 200)

    def test_corrected_it_passes(self):
        for version in VERSIONS:
            session = self.signed_in(version)
            status = session.get(f"{URL}/api/{version}/status")
            self.assertEqual(status.json()["clusterStatus"]["rollupStatus"], "Running")
            answer = session.post(f"{URL}/api/{version}/logout")
            self.assertEqual((answer.status_code, answer.content), (204, b""))
            gone = session.get(f"{URL}/api/{version}/status")
            self.assertEqual((gone.status_code, gone.json()["message"]), (401, LOG_IN))

    def test_the_cookie(self):
        session = self.signed_in("1.0")
        (cookie,) = session.cookies
        self.assertEqual((cookie.name, cookie.path, cookie.secure), ("AUTH_COOKIE", "/", True))
        self.assertTrue(cookie.has_nonstandard_attr("HttpOnly"))
        # It belongs to the server, not to a version.
        self.assertEqual(session.get(f"{URL}/api/0.5/nodes").status_code, 200)

    def test_everybody_is_signed_out(self):
        first, second = self.signed_in("0.5"), self.signed_in("1.0")
        self.assertEqual(first.post(f"{URL}/api/0.5/logout/all").status_code, 204)
        for session in (first, second):
            self.assertEqual(session.get(f"{URL}/api/0.5/status").status_code, 401)

    def test_without_content_type(self):
        answer = self.session().post(f"{URL}/api/1.0/login", data=json.dumps(BODY))
        self.assertEqual((answer.status_code, list(answer.cookies)), (415, []))

    def test_the_rest_api_at_the_wrong_port(self):
        answer = self.session().post(f"{URL}/api/3.7/auth/signin", json={"credentials": {}})
        self.assertEqual(answer.status_code, 401)
        body = answer.json()
        self.assertIsInstance(body.pop("timestamp"), int)
        path = "/api/3.7/auth/signin"
        self.assertEqual(body, {"status": 401, "error": "Unauthorized", "message": LOG_IN, "path": path})

    def test_a_job(self):
        session = self.signed_in("0.5")
        started = session.post(f"{URL}/api/0.5/cleanup?deleteTempFiles=True")
        job = started.json()["asyncJob"]
        self.assertEqual((job["jobType"], job["status"]), ("CleanupJob", "Created"))
        again = session.get(f"{URL}/api/0.5/asyncJobs/{job['id']}").json()["asyncJob"]
        self.assertEqual((again["id"], again["createdAt"]), (job["id"], job["createdAt"]))

    def test_plain_http(self):
        with self.assertRaises(requests.exceptions.ConnectionError):
            self.session().get(URL.replace("https:", "http:") + "/api/0.5/status", timeout=30)


if __name__ == "__main__":
    unittest.main()
