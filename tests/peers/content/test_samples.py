"""The sample programs of tableauserverclient for content, from its source package, as they are.

`TSC_SAMPLES` names their folder. Those about schedules, tasks, subscriptions, sites and the Metadata API are not about content.
"""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from base import TSC, ContentTest, advance, named, page_size, png_size, tdsx, twbx
from clock import jobs_that_end
from sandbox import READY, TOKEN, URL

SAMPLES = Path(os.environ["TSC_SAMPLES"])


class Samples(ContentTest):
    def run_sample(self, name, *arguments, user=None):
        """Runs a sample with the token, or as a user with the password."""
        own = ["--token-name", TOKEN["name"], "--token-value", TOKEN["secret"]]
        if user:
            own = ["--username", user["name"], "--password", user["password"]]
        # `explore_favorites` has a `main` that it does not call.
        call_main = f"import runpy, sys; sys.path.insert(0, {str(SAMPLES)!r}); runpy.run_path(sys.argv.pop(1))['main']()"
        program = ["-c", call_main] if name == "explore_favorites" else []
        command = [sys.executable, *program, str(SAMPLES / f"{name}.py"), "--server", URL, "--site", "", *own, *map(str, arguments)]
        # Without a file `.env` of the folder of the samples, and without a terminal.
        return subprocess.run(
            command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )

    def sample(self, name, *arguments, user=None):
        """Runs a sample, which has to work; gives what it prints."""
        ended = self.run_sample(name, *arguments, user=user)
        self.assertEqual(ended.returncode, 0, f"{name}: {ended.stdout}\n{ended.stderr}")
        return ended.stdout

    def broken_sample(self, error, name, *arguments, user=None):
        """Runs a sample that cannot work on any server; gives what it prints before."""
        ended = self.run_sample(name, *arguments, user=user)
        self.assertNotEqual(ended.returncode, 0, name)
        self.assertIn(error, ended.stderr)
        return ended.stdout

    def found(self, endpoint, name):
        """The only item of this name, which is deleted afterwards."""
        [item] = endpoint.filter(name=name)
        self.addCleanup(self.gone, endpoint.delete, item.id)
        return item


class Publishing(Samples):
    def test_publish_workbook(self):
        name = named("Sample")
        file = self.file("sample.twbx", twbx())
        out = self.sample("publish_workbook", "--file", file, "--workbook-name", name, "--show-tabs")
        workbook = self.found(self.server.workbooks, name)
        self.assertIn(f"Workbook published. ID: {workbook.id}", out)
        self.assertTrue(workbook.show_tabs)
        self.assertEqual(workbook.project_id, self.project.id)
        # Once more, as a job, into another project.
        out = self.sample(
            "publish_workbook", "--file", file, "--workbook-name", name, "--project", "Samples", "--as-job", "--skip-connection-check"
        )
        [job] = re.findall(r"JOB ID: (\S+)", out)
        self.done(job)
        self.assertEqual({w.project_name for w in self.server.workbooks.filter(name=name)}, {"default", "Samples"})
        for item in self.server.workbooks.filter(name=name):
            self.addCleanup(self.gone, self.server.workbooks.delete, item.id)

    def test_publish_datasource(self):
        file = self.file(f"{named('Sample')}.tdsx", tdsx())
        login = ["--conn-username", "writer", "--conn-password", "secret", "--conn-embed"]
        # Without a project it names none, which means the default project.
        out = self.sample("publish_datasource", "--file", file, *login)
        datasource = self.found(self.server.datasources, file.stem)
        self.assertIn(f"Datasource ID: {datasource.id}", out)
        self.assertEqual(datasource.project_id, self.project.id)
        self.server.datasources.populate_connections(datasource)
        [connection] = datasource.connections
        self.assertEqual((connection.username, connection.embed_password), ("writer", True))
        out = self.sample("publish_datasource", "--file", file, "--project", "default", "--async")
        self.done(re.findall(r"Job ID: (\S+)", out)[0])
        self.server.datasources.populate_revisions(datasource)
        self.assertEqual(len(datasource.revisions), 2)

    def test_move_workbook_sites(self):
        workbook = self.workbook(name=named("Moving"))
        arguments = ["--workbook-name", workbook.name, "--destination-site", "MarketingTeam"]
        # It means the default project by an empty identifier, for which the library's workbooks put a random one.
        admin = next(user for user in READY["users"] if user["name"] == "admin")
        self.broken_sample("404005", "move_workbook_sites", *arguments, user=admin)
        # Nothing is lost: it deletes the workbook only once the other site has it.
        self.assertEqual(self.server.workbooks.get_by_id(workbook.id).name, workbook.name)
        # With a token, its second sign-in has ended the session of the first besides.
        self.broken_sample("401002", "move_workbook_sites", *arguments)

    def test_move_workbook_projects(self):
        # It encodes names, and the library encodes them again: no name with a blank is found.
        spaced = self.workbook(name=named("Moved"))
        arguments = ["--destination-project", "Samples", "--workbook-name"]
        self.broken_sample("No workbook named", "move_workbook_projects", *arguments, spaced.name)
        workbook = self.workbook(name=named("Moved").replace(" ", "-"))
        self.assertIn("New project: Samples", self.sample("move_workbook_projects", *arguments, workbook.name))
        self.assertEqual(self.server.workbooks.get_by_id(workbook.id).project_name, "Samples")


class Exploring(Samples):
    def test_explore_workbook(self):
        [first] = self.server.workbooks.paginate(page_size=1)[:1]
        self.addCleanup(self.restore, self.server.workbooks, first)
        file = self.file("explored.twbx", twbx())
        out = self.sample(
            "explore_workbook",
            *("--publish", file, "--download", self.folder / "downloaded"),
            *("--preview-image", self.folder / "preview.png", "--powerpoint", self.folder / "deck.pptx"),
        )
        published = self.found(self.server.workbooks, "explored")
        self.assertIn(f"Workbook published. ID: {published.id}", out)
        self.assertIn("Name me something cooler Updated description", out)
        self.assertIn("I was updated by tsc", out)
        renamed = self.server.workbooks.get_by_id(first.id)
        self.assertEqual((renamed.name, renamed.description), ("Name me something cooler", "Updated description"))
        self.assertEqual((renamed.show_tabs, renamed.tags), (True, first.tags))
        self.assertTrue(list(self.folder.glob("downloaded*")))
        png_size((self.folder / "preview.png").read_bytes())
        self.assertTrue((self.folder / "deck.pptx").read_bytes().startswith(b"PK"))
        [image] = self.folder.glob("*-image-export.png")
        png_size(image.read_bytes())
        custom_view = image.name.removesuffix("-image-export.png")
        self.assertEqual(self.server.custom_views.get_by_id(custom_view).name, "I was updated by tsc")

    def test_explore_datasource(self):
        [first] = self.server.datasources.paginate(page_size=1)[:1]
        self.addCleanup(self.restore, self.server.datasources, first)
        file = self.file("explored.tdsx", tdsx())
        out = self.sample("explore_datasource", "--publish", file)
        published = self.found(self.server.datasources, "explored")
        self.assertIn(f"Datasource published. ID: {published.id}", out)
        self.assertEqual(published.description, "Published with a description")
        changed = self.server.datasources.get_by_id(first.id)
        self.assertEqual((changed.description, changed.tags), ("Description updated by TSC", first.tags))

    def restore(self, endpoint, item):
        """Takes back what a sample did to the first item of a list."""
        item.description = item.description or "Restored"
        endpoint.update(item)

    def test_explore_favorites(self):
        def favorites():
            me = self.server.users.get_by_id(self.server.user_id)
            self.server.favorites.get(me)
            return {kind: [item.id for item in items] for kind, items in me.favorites.items()}

        before = favorites()
        out = self.sample("explore_favorites")
        # `populate_views` gives nothing, so the sample has no view to add.
        for kind in ["Workbook", "Datasource"]:
            self.assertIn(f"{kind} added to favorites", out)
            self.assertIn(f"{kind} deleted from favorites", out)
        self.assertEqual(favorites(), before)

    def test_lists(self):
        for kind in ["workbook", "datasource", "project", "view"]:
            endpoint = getattr(self.server, f"{kind}s")
            out = self.sample("list", kind)
            names = sorted((item.name for item in endpoint.all()), reverse=True)
            self.assertEqual([line.rstrip() for line in out.splitlines()[:-1]], [name[:18].rstrip() for name in names[:101]])
        # Jobs are not sorted by name, as the sample asks for.
        self.broken_sample("400066", "list", "job")

    def test_pages(self):
        workbook = self.workbook()
        total = self.server.workbooks.all().total_available
        # Its last step needs a workbook of a certain user of Tableau's, whom no other site has.
        out = self.broken_sample("cannot access local variable 'i'", "pagination_sample")
        self.assertIn(f"\nTotal: {total}\n", out)
        self.assertIn(f"Truncated Total: {total - 3}\n", out)
        for count in ["Filtered Total: 0", "QuerySet Total: 0"]:
            self.assertIn(count, out)
        # In the list from the first page, and in that from the second.
        self.assertEqual(out.count(f"{workbook.name}\n"), 2)

    def test_permissions(self):
        for kind, item in [("workbook", self.workbook()), ("datasource", self.datasource())]:
            endpoint = getattr(self.server, f"{kind}s")
            endpoint.populate_permissions(item)
            out = self.sample("query_permissions", kind, item.id)
            self.assertIn(f"{len(item.permissions)} permission rule(s) found for {kind} {item.id}", out)
            for rule in item.permissions:
                self.assertIn(f"Capabilities for {rule.grantee.tag_name} {rule.grantee.id}:", out)
                for capability, mode in rule.capabilities.items():
                    self.assertIn(f"\t{capability} - {mode}\n", out)


class Changing(Samples):
    def test_export(self):
        workbook = self.workbook()
        self.server.workbooks.populate_views(workbook)
        view = workbook.views[0].id
        for option, file, check in [
            ("--pdf", "view.pdf", page_size),
            ("--png", "view.png", png_size),
            ("--csv", "view.csv", lambda content: self.assertIn(b"Region", content)),
        ]:
            self.sample("export", option, "--language", "de", "--file", self.folder / file, view)
            check((self.folder / file).read_bytes())
        self.sample("export", "--csv", "--file", self.folder / "east.csv", "--filter", "Region:East", view)
        rows = (self.folder / "east.csv").read_text().splitlines()[1:]
        self.assertTrue(rows and all("East" in row for row in rows), rows)
        self.sample("export", "--pdf", "--workbook", "--file", self.folder / "workbook.pdf", workbook.id)
        page_size((self.folder / "workbook.pdf").read_bytes())
        [custom, *_] = self.server.custom_views.all()
        self.sample("export", "--png", "--custom_view", "--file", self.folder / "custom.png", custom.id)
        png_size((self.folder / "custom.png").read_bytes())

    def test_connections(self):
        for kind, item in [("workbook", self.workbook()), ("datasource", self.datasource())]:
            endpoint = getattr(self.server, f"{kind}s")

            def connection():
                endpoint.populate_connections(item)
                [only] = item.connections
                return only

            known = connection().id
            self.sample("update_connection", kind, item.id, known, "writer", "secret")
            self.assertEqual((connection().username, connection().embed_password), ("writer", True))
            self.sample("update_connection_auth", kind, item.id, known, "second", "secret", "UserNamePassword")
            self.assertEqual(connection().username, "second")
            login = ["--datasource_username", "third", "--datasource_password", "p"]
            self.sample("update_connections_auth", kind, item.id, *login, "--authentication_type", "UserNamePassword")
            self.assertEqual(connection().username, "third")
            out = self.sample("inspect_connection_details", kind, item.id)
            self.assertIn("dwh.example.com", out)

    def test_extracts(self):
        workbook = self.workbook(twbx(extract=b""))
        self.sample("extracts", "--create", "--workbook", workbook.id)
        advance(60)
        self.assertTrue(self.extracts_of(workbook))
        self.sample("extracts", "--refresh", "--workbook", workbook.id)
        advance(60)
        for endpoint, item in [(self.server.workbooks, workbook), (self.server.datasources, self.datasource())]:
            before = endpoint.get_by_id(item.id).updated_at
            advance(60)
            kind = "workbook" if item is workbook else "datasource"
            with jobs_that_end():
                out = self.sample("refresh", kind, item.id, "--synchronous", "yes")
            self.assertIn("Job finished", out)
            self.assertGreater(endpoint.get_by_id(item.id).updated_at, before)
            with jobs_that_end():
                out = self.sample("refresh", kind, item.id, "--incremental", "yes", "--synchronous", "yes")
            self.assertIn("Job finished", out)
        self.sample("extracts", "--delete", "--workbook", workbook.id)
        advance(60)
        self.assertFalse(self.extracts_of(workbook))
        # The method takes no `includeAll`.
        self.broken_sample("unexpected keyword argument 'includeAll'", "extracts", "--refresh", "--datasource", self.datasource().id)

    def test_data_of_a_datasource(self):
        datasource = self.datasource(b"Hyper" + bytes(50), file="World Indicators.hyper")
        with jobs_that_end():
            self.assertIn("Job finished", self.sample("update_datasource_data", datasource.id))

    def test_data_freshness_policy(self):
        [first] = self.server.workbooks.paginate(page_size=1)[:1]
        out = self.sample("update_workbook_data_freshness_policy")
        for told in ["AlwaysLive", "SiteDefault", "FreshEvery with frequency of 10 Hours", "FreshAt with frequency of 18:00:00"]:
            self.assertIn(told, out)
        policy = self.server.workbooks.get_by_id(first.id).data_freshness_policy
        self.assertEqual((policy.option, policy.fresh_at_schedule.frequency), ("FreshAt", "Month"))
        self.assertEqual(list(policy.fresh_at_schedule.interval_item), ["1", "13", "20"])

    def test_jobs(self):
        workbook = self.workbook()
        # It cancels what has made no progress; on a slow machine a job may have, by the time that the sample asks.
        for _ in range(10):
            job = self.server.workbooks.refresh(workbook)
            self.assertIn(job.id, self.sample("list_jobs", "--type", "refresh_extracts", "--hours", "1"))
            self.sample("kill_all_jobs")
            if self.server.jobs.get_by_id(job.id).finish_code == TSC.JobItem.FinishCode.Cancelled:
                break
            advance(60)
        self.assertIn(job.id, self.sample("list_jobs", "--status", "Cancelled"))
        ended = self.run_sample("list_jobs", "--wait", job.id)
        self.assertEqual((ended.returncode, ended.stdout), (2, f"Job {job.id} was cancelled.\n"))
        job = self.server.workbooks.refresh(workbook)
        with jobs_that_end():
            self.assertIn("finish_code=0", self.sample("list_jobs", "--wait", job.id))


if __name__ == "__main__":
    unittest.main()
