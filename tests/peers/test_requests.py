"""The plain program that posts JSON to the REST API, as Tableau's pages show it."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import requests  # noqa: E402
from sandbox import READY, TOKEN, URL, user  # noqa: E402

ADMIN = user("admin")
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


class PlainRequests(unittest.TestCase):
    def sign_in_and_out(self, credentials, version):
        answer = requests.post(f"{URL}/api/{version}/auth/signin", json={"credentials": credentials}, headers=HEADERS)
        answer.raise_for_status()
        signed_in = answer.json()["credentials"]
        token, site = signed_in["token"], signed_in["site"]["id"]
        self.assertEqual(token.split("|")[2], site)

        headers = {**HEADERS, "X-Tableau-Auth": token}
        listed = requests.get(f"{URL}/api/{version}/sites/{site}/workbooks", headers=headers)
        listed.raise_for_status()
        self.assertGreater(int(listed.json()["pagination"]["totalAvailable"]), 0)
        self.assertTrue(listed.json()["workbooks"]["workbook"][0]["name"])

        signed_out = requests.post(f"{URL}/api/{version}/auth/signout", headers=headers)
        self.assertEqual((signed_out.status_code, signed_out.content), (204, b""))
        again = requests.get(f"{URL}/api/{version}/sites/{site}/workbooks", headers=headers)
        self.assertEqual((again.status_code, again.json()["error"]["code"]), (401, "401002"))

    def test_personal_access_token(self):
        credentials = {
            "personalAccessTokenName": TOKEN["name"],
            "personalAccessTokenSecret": TOKEN["secret"],
            "site": {"contentUrl": "MarketingTeam"},
        }
        for version in ("3.6", READY["restApiVersion"]):
            self.sign_in_and_out(credentials, version)

    def test_user_name_and_password(self):
        credentials = {"name": ADMIN["name"], "password": ADMIN["password"], "site": {"contentUrl": ""}}
        for version in ("2.4", READY["restApiVersion"]):
            self.sign_in_and_out(credentials, version)

    def test_wrong_password(self):
        credentials = {"name": ADMIN["name"], "password": "wrong", "site": {"contentUrl": ""}}
        answer = requests.post(f"{URL}/api/3.20/auth/signin", json={"credentials": credentials}, headers=HEADERS)
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(answer.json()["error"]["summary"], "Signin Error")


if __name__ == "__main__":
    unittest.main()
