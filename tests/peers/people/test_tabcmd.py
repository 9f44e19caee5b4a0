"""Tableau's command for groups, projects, users and sites, or the front in its place: it does what it says, by what tableauserverclient shows afterwards."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from base import TOKEN, TSC, URL, PeopleTest, named


class Tabcmd(PeopleTest):
    def setUp(self):
        # tabcmd keeps its session in the home directory and writes its log where it is run.
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.login()

    def login(self, site=""):
        self.tabcmd("login", "--server", URL, *(["--site", site] if site else []), "--token-name", TOKEN["name"], "--token-value", TOKEN["secret"])

    def tabcmd(self, *arguments, fails=False):
        done = subprocess.run(
            [os.environ["TABCMD"], *arguments],
            cwd=self.home,
            env={**os.environ, "HOME": str(self.home), "TABLEAU_KEYRING": "off"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        output = done.stdout + done.stderr
        self.assertEqual(done.returncode != 0, fails, output)
        return output

    def file(self, text):
        path = self.home / "users.csv"
        path.write_text(text)
        return str(path)

    def seen(self, look, site=""):
        """What tableauserverclient sees; afterwards tabcmd signs in again, as both use one token."""
        self.server = self.signed_in(TOKEN, site)
        found = look(self.server)
        self.login(site)
        return found

    def members(self, group):
        def look(server):
            [found] = server.groups.filter(name=group)
            server.groups.populate_users(found)
            return {user.name for user in found.users}

        return self.seen(look)

    def test_groups_and_their_users(self):
        group = named("crew")
        self.tabcmd("creategroup", group)
        users = self.file("ben.okafor\nfarid.haddad\n")
        self.tabcmd("addusers", group, "--users", users)
        self.assertEqual(self.members(group), {"ben.okafor", "farid.haddad"})
        self.tabcmd("removeusers", group, "--users", users)
        self.assertEqual(self.members(group), set())
        self.tabcmd("deletegroup", group)
        self.assertEqual(self.seen(lambda server: list(server.groups.filter(name=group))), [])
        self.tabcmd("deletegroup", group, fails=True)

    def test_projects(self):
        project = named("depot")
        self.tabcmd("createproject", "-n", project, "-d", "From tabcmd")
        self.tabcmd("createproject", "-n", "Inner", "--parent-project-path", project)
        path = f"{project}/Inner"
        outer, inner = self.seen(lambda server: [found_by(server, project), found_by(server, path)])
        self.assertEqual((outer.description, inner.parent_id), ("From tabcmd", outer.id))
        self.tabcmd("deleteproject", "Inner", "--parent-project-path", project)
        self.tabcmd("deleteproject", project)
        self.assertEqual(self.seen(lambda server: list(server.projects.filter(name=project))), [])

    def test_samples(self):
        project = named("depot")
        self.tabcmd("createproject", "--name", project)
        self.tabcmd("publishsamples", "--name", project)

        def look(server):
            return {workbook.name for workbook in TSC.Pager(server.workbooks) if workbook.project_name == project}

        self.assertIn("Superstore", self.seen(look))
        self.tabcmd("deleteproject", project)

    def test_extracts_of_a_site(self):
        # tabcmd's own `reencryptextracts` makes the call of `encryptextracts`, and all three fail afterwards: they name a job that the library never gives.
        is_tabcmd = "FRONT" not in os.environ
        for command in ["encryptextracts", "reencryptextracts", "decryptextracts"]:
            output = self.tabcmd(command, "Default", fails=is_tabcmd)
            if is_tabcmd:
                self.assertIn("Job queued", output)

    def test_users_of_the_site(self):
        one, two = named("tab"), named("tab")
        self.tabcmd("createsiteusers", self.file(f"{one},,Tab One,viewer,none,no,one@example.com\n{two},,,creator,none,yes,\n"))
        found = self.seen(lambda server: {user.name: user.site_role for user in TSC.Pager(server.users)})
        self.assertEqual((found[one], found[two]), ("Viewer", "Creator"))
        self.tabcmd("deletesiteusers", self.file(f"{one}\n{two}\n"))
        left = self.seen(lambda server: {user.name for user in TSC.Pager(server.users)})
        self.assertFalse({one, two} & left)

    def test_sites(self):
        # tabcmd takes the name of a site for its address too, leaves the name as it is, and deletes the site that it is signed in to.
        site = named("depot")
        self.tabcmd("createsite", site, "--url", site)
        self.assertIn(site, self.tabcmd("listsites"))
        self.tabcmd("editsite", site, "--storage-quota", "500")
        [found] = self.seen(lambda server: [s for s in TSC.Pager(server.sites) if s.name == site])
        self.assertEqual(self.seen(lambda server: server.sites.get_by_id(found.id).storage_quota, site), 500)
        self.tabcmd("deletesite", site)
        self.login()
        self.assertNotIn(site, self.tabcmd("listsites"))


def found_by(server, path):
    """The project at a path."""
    parent = None
    for name in path.split("/"):
        parent = next(p for p in TSC.Pager(server.projects) if p.name == name and p.parent_id == (parent and parent.id))
    return parent


if __name__ == "__main__":
    unittest.main()
