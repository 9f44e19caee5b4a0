"""Each command of tabcmd by the original and by the front that speaks its language, on two sandboxes in the same state.

After each command both have ended alike, the sandboxes hold the same, and the same files were written. `TABCTL` is the
path of tabctl, `TABCMD` that of the original.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import zipfile
from pathlib import Path

TABCTL, ORIGINAL = os.environ["TABCTL"], os.environ["TABCMD"]
# The identifiers of what one sandbox made differ from those of the other, and so do times.
LUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIMES = {"createdAt", "updatedAt", "lastLogin", "contentsUpdatedAt", "startedAt", "completedAt", "endedAt"}
CLOUD, CLOUD_ADMIN = "umbrellacorp816664", "wei.chen@example.com"
LISTS = ["projects", "workbooks", "views", "datasources", "users", "groups", "jobs"]


CONNECTION = """<datasource caption='Orders' name='federated.1' version='18.1'>
  <connection class='federated'><named-connections><named-connection name='c'>
    <connection class='sqlserver' server='dwh.example.com' port='1433' dbname='Sales' username='reader' />
  </named-connection></named-connections></connection>
</datasource>"""
WORKBOOK = f"<workbook version='18.1'><datasources>{CONNECTION}</datasources><worksheets><worksheet name='Map' /><worksheet name='Detail' /></worksheets></workbook>"


class Sandbox:
    """A sandbox of its own process, and a folder in which a command is run against it."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name) / "home"
        self.work = Path(self.folder.name) / "work"
        self.home.mkdir()
        self.work.mkdir()
        ready = Path(self.folder.name) / "ready.json"
        options = ["--listen", "127.0.0.1:0", "--control", "--job-time", "0", "--ready-file", ready]
        self.process = subprocess.Popen([TABCTL, "sandbox", *options], stderr=subprocess.DEVNULL)
        while not ready.exists():
            assert self.process.poll() is None, "the sandbox has ended"
            time.sleep(0.02)
        self.ready = json.loads(ready.read_text())
        self.url = self.ready["rest"]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def run(self, arguments):
        done = subprocess.run(
            [*self.program, *arguments],
            cwd=self.work,
            env={**os.environ, "HOME": str(self.home), "TABLEAU_KEYRING": "off"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout + done.stderr

    def request(self, method, path, document=None, token=None):
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            headers["X-Tableau-Auth"] = token
        body = None if document is None else json.dumps(document).encode()
        request = urllib.request.Request(f"{self.url}/{path}", body, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def state(self):
        """All that an administrator sees on every site, with names where there were identifiers."""
        # By password, as a session of the token would end that of the command; Tableau Cloud takes tokens only.
        admin = next(user for user in self.ready["users"] if user["name"] == "admin")
        admin = {key: admin[key] for key in ("name", "password")}
        token = next(token for token in self.ready["personalAccessTokens"] if token["user"] == CLOUD_ADMIN)
        of_cloud = {"personalAccessTokenName": token["name"], "personalAccessTokenSecret": token["secret"]}
        version, sites, found, names = "3.29", [""], {}, {}
        while sites:
            site = sites.pop(0)
            credentials = {**(of_cloud if site == CLOUD else admin), "site": {"contentUrl": site}}
            session = self.request("POST", f"api/{version}/auth/signin", {"credentials": credentials})["credentials"]
            token, root = session["token"], f"api/{version}/sites/{session['site']['id']}"
            if not found:
                listed = self.request("GET", f"api/{version}/sites?pageSize=1000", token=token)["sites"]["site"]
                sites = [other["contentUrl"] for other in listed if other["contentUrl"]]
            found[site] = {"site": self.request("GET", root, token=token)["site"]}
            for kind in LISTS:
                fields = "" if kind == "jobs" else "&fields=_all_"
                answer = self.request("GET", f"{root}/{kind}?pageSize=1000{fields}", token=token)
                answer.pop("pagination", None)
                [listed] = answer.values()
                [items] = listed.values() if listed else [[]]
                for item in items:
                    names[item["id"]] = f"{kind}:{item.get('name', item.get('jobType'))}"
                if kind == "groups":
                    for item in items:
                        members = self.request("GET", f"{root}/groups/{item['id']}/users?pageSize=1000", token=token)
                        item["members"] = sorted(user["name"] for user in members["users"].get("user", []))
                found[site][kind] = items
            self.request("POST", f"api/{version}/auth/signout", token=token)
        return plain(found, names, self.url)

    def files(self):
        """What the command wrote, without the log that the original keeps where it is run."""
        files = (path for path in self.work.rglob("*") if path.is_file() and not path.name.startswith("tabcmd.log"))
        return {str(path.relative_to(self.work)): path.read_bytes() for path in files}


def plain(value, names, url):
    """A value without times, with names for identifiers."""
    if isinstance(value, dict):
        return {key: plain(inner, names, url) for key, inner in value.items() if key not in TIMES}
    if isinstance(value, list):
        return sorted((plain(inner, names, url) for inner in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, str):
        value = value.replace(url, "")
        return LUID.sub(lambda found: names.get(found[0], "another"), value)
    return value


def differences(one, other, path=""):
    """Where two states differ, one line each."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), f"{path}/{key}")
    elif isinstance(one, list) and isinstance(other, list):
        texts = [[json.dumps(item, sort_keys=True) for item in side] for side in (one, other)]
        for text in sorted(set(texts[0]) ^ set(texts[1])):
            yield f"{path}: only {'the original' if text in texts[0] else 'the front'} has {text}"
    elif one != other:
        yield f"{path}: {one!r} by the original, {other!r} by the front"


class Pairs(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.original = Sandbox([ORIGINAL])
        self.addCleanup(self.original.stop)
        self.front = Sandbox([TABCTL, "tabcmd"])
        self.addCleanup(self.front.stop)
        self.allowed = []
        self.both("login", *self.token())

    def allow(self, *patterns):
        """From now on, the states may differ in what these patterns describe."""
        self.allowed += map(re.compile, patterns)

    def token(self, site=None):
        token = next(token for token in self.original.ready["personalAccessTokens"] if token["name"] == "sandbox")
        return ["--server", "{url}", *(["--site", site] if site else []), "--token-name", token["name"], "--token-value", token["secret"]]

    def write(self, name, content):
        """Puts the same file into both folders."""
        for sandbox in (self.original, self.front):
            file = sandbox.work / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    def package(self, name, document):
        """Puts the same packaged file into both folders."""
        file = self.original.folder.name + ".zip"
        with zipfile.ZipFile(file, "w") as archive:
            inner = "content.twb" if name.endswith("twbx") else "content.tds"
            archive.writestr(inner, "<?xml version='1.0' encoding='utf-8' ?>\n" + document)
        content = Path(file).read_bytes()
        Path(file).unlink()
        return self.write(name, content)

    def both(self, *arguments, fails=False, original_fails=None, same_files=True):
        """Runs a command by both; compares how they end, what the sandboxes hold, and what was written."""
        for sandbox, expected in [(self.original, fails if original_fails is None else original_fails), (self.front, fails)]:
            code, output = sandbox.run([argument.replace("{url}", sandbox.url) for argument in arguments])
            self.assertEqual(code != 0, expected, f"{sandbox.program} {arguments}: {output}")
        found = differences(self.original.state(), self.front.state())
        found = [line for line in found if not any(pattern.match(line) for pattern in self.allowed)]
        self.assertEqual(found, [], arguments)
        if same_files:
            self.assertEqual(self.original.files(), self.front.files(), arguments)

    def test_groups_and_users(self):
        users = self.write("users.csv", "ben.okafor\nfarid.haddad\n")
        self.both("creategroup", "Crew")
        self.both("creategroup", "Crew", fails=True)
        self.both("creategroup", "Crew", "--continue-if-exists")
        self.both("addusers", "Crew", "--users", users)
        self.both("removeusers", "Crew", "--users", self.write("one.csv", "ben.okafor\n"))
        self.both("deletegroup", "Crew")
        self.both("deletegroup", "Crew", fails=True)
        added = self.write("new.csv", "tab.one,,Tab One,viewer,none,no,one@example.com\ntab.two,,,creator,none,yes,\n")
        # The front has the server read the file, in one job, with the full names and addresses that the original leaves out.
        self.allow(r"//jobs: only the front has .*site_users_csv", r"//users: only .* has .*\"tab\.(one|two)\"")
        self.both("createsiteusers", added)
        names = [{user["name"] for user in box.state()[""]["users"]} for box in (self.original, self.front)]
        self.assertEqual(names[0], names[1])
        self.both("deletesiteusers", self.write("gone.csv", "tab.one\ntab.two\n"))
        self.both("createsiteusers", self.write("plain.csv", "tab.three\n"), "--role", "Explorer")

    def test_projects(self):
        self.both("createproject", "-n", "Depot", "-d", "All of it")
        self.both("createproject", "-n", "Inner", "--parent-project-path", "Depot")
        self.both("createproject", "-n", "Inner", "--parent-project-path", "Depot", fails=True)
        self.both("publishsamples", "-n", "Depot")
        self.both("deleteproject", "Inner", "--parent-project-path", "Depot")
        self.both("deleteproject", "Depot")
        self.both("deleteproject", "Depot", fails=True)

    def test_sites(self):
        # The library sends settings of its own that were not asked for; the front leaves them to the server.
        self.allow(r"/depot/site/(?!(name|contentUrl|adminMode|storageQuota|userQuota|state):)")
        self.both("createsite", "depot", "--url", "depot", "--user-quota", "5", "--site-mode")
        self.both("listsites")
        self.both("editsite", "depot", "--storage-quota", "500")
        self.both("login", *self.token("depot"))
        self.both("creategroup", "Crew")
        self.both("deletesite", "depot")
        self.both("login", *self.token())
        # The original does what it is told, and fails with an error of its own afterwards.
        self.both("encryptextracts", "Default", original_fails=True)
        # It encrypts where it is to encrypt again, which is no difference while all are encrypted.
        self.both("reencryptextracts", "Default", original_fails=True)
        self.both("decryptextracts", "Default", original_fails=True)

    def test_content(self):
        workbook, datasource = self.package("Orders.twbx", WORKBOOK), self.package("Rows.tdsx", CONNECTION)
        self.both("publish", workbook, "--tabbed")
        self.both("publish", workbook, fails=True)
        self.both("publish", workbook, "--overwrite")
        self.both("publish", workbook, "-n", "Second", "-r", "Sales")
        self.both("publish", datasource, "--db-username", "writer", "--db-password", "secret", "--save-db-password")
        self.package("folder/Third.twbx", WORKBOOK)
        self.both("publish", "folder", "-r", "Samples")
        for kind in ["projects", "workbooks", "datasources", "flows"]:
            self.both("list", kind)
        self.both("get", "/workbooks/Orders.twbx", "-f", "copy.twbx")
        self.both("get", "/datasources/Rows.tdsx", "-f", "copy.tdsx")
        # What is in a view depends on its identifier, which is the same for what both sandboxes begin with.
        self.both("get", "/views/RegionalSalesPerformance/Overview.csv", "-f", "got.csv")
        self.both("get", "/views/Orders/Nowhere.png", "-f", "none.png", fails=True)
        self.both("export", "RegionalSalesPerformance/Overview", "--csv", "-f", "map.csv")
        self.both("export", "RegionalSalesPerformance/Overview", "--png", "-f", "map.png")
        self.both("export", "RegionalSalesPerformance/Overview", "--pdf", "--pagesize", "a4", "--pagelayout", "landscape", "-f", "map.pdf")
        self.both("export", "RegionalSalesPerformance/Overview", "--fullpdf", "-f", "all.pdf")
        self.both("delete", "Second", "--workbook", "-r", "Sales")
        self.both("delete", "Rows", "--datasource")
        self.both("delete", "Rows", "--datasource", fails=True)

    def test_extracts(self):
        self.both("publish", self.package("Live.twbx", WORKBOOK))
        self.both("publish", self.package("Rows.tdsx", CONNECTION))
        self.both("createextracts", "--workbook", "Live", "--include-all")
        self.both("createextracts", "--workbook", "Live", "--include-all", fails=True)
        self.both("refreshextracts", "--workbook", "Live")
        self.both("deleteextracts", "--workbook", "Live", "--include-all")
        self.both("createextracts", "--datasource", "Rows")
        self.both("refreshextracts", "--datasource", "Rows", "--synchronous")
        # The original deletes them, and fails as the library gives it no job.
        self.both("deleteextracts", "--datasource", "Rows", original_fails=True)

    def test_session_and_help(self):
        self.both("list", "projects", "--site", "MarketingTeam")
        self.both("help")
        self.both("--version")
        self.both("export", "--help")
        self.both("launch", fails=True)
        self.both("logout")
        self.both("list", "workbooks", fails=True)


if __name__ == "__main__":
    unittest.main()
