"""What the tests of people, projects and sites share: servers signed in by role, and a count of the methods that were called."""

import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import READY, TOKEN, URL, advance  # noqa: E402

CLOUD = "umbrellacorp816664"


def named(name):
    """A name that no other run has taken."""
    return f"{name}{time.time_ns()}"


def public(group):
    """The names of the methods that a group of the library declares itself."""
    members = vars(group).items()
    return {name for name, member in members if callable(member) and not name.startswith("_")}


class Counted:
    """Notes which methods of some groups are called, and says at the end which were not."""

    def __init__(self, *groups):
        self.left = {}
        server = TSC.Server("http://127.0.0.1")
        for name in groups:
            group = type(getattr(server, name))
            for method in public(group):
                self.left[(name, method)] = None
                self.wrap(name, group, method)

    def wrap(self, name, group, method):
        called = getattr(group, method)

        def counting(*arguments, **options):
            self.left.pop((name, method), None)
            return called(*arguments, **options)

        setattr(group, method, counting)

    def check(self):
        """Fails if a method was not called."""
        missing = [".".join(pair) for pair in sorted(self.left)]
        if missing:
            raise AssertionError(f"no test calls {', '.join(missing)}")


def token(name):
    """The personal access token of a user."""
    return next(token for token in READY["personalAccessTokens"] if token["user"] == name)


class PeopleTest(unittest.TestCase):
    """A test that leaves the sandbox as it was."""

    def setUp(self):
        self.server = self.signed_in(TOKEN)

    def signed_in(self, of, site=""):
        """A server with a session of a token."""
        server = TSC.Server(URL, use_server_version=True)
        server.auth.sign_in(TSC.PersonalAccessTokenAuth(of["name"], of["secret"], site))
        self.addCleanup(self.signed_out, server)
        return server

    def by_password(self, name, password, site=""):
        """A server with a session of a password."""
        server = TSC.Server(URL, use_server_version=True)
        server.auth.sign_in(TSC.TableauAuth(name, password, site))
        self.addCleanup(self.signed_out, server)
        return server

    def signed_out(self, server):
        # A deleted site or user has no session left.
        try:
            server.auth.sign_out()
        except TSC.ServerResponseError as error:
            self.assertEqual(error.code, "401002")
        except TSC.server.endpoint.exceptions.FailedSignInError:
            pass

    def gone(self, delete, *arguments):
        """Deletes after the test what the test did not delete."""
        try:
            delete(*arguments)
        except TSC.ServerResponseError as error:
            self.assertTrue(error.code.startswith("404"), error)

    def fails(self, code, call, *arguments, **options):
        """Expects Tableau's code."""
        with self.assertRaises(TSC.ServerResponseError) as refused:
            call(*arguments, **options)
        self.assertEqual(refused.exception.code, code)

    def user(self, name=None, role="Viewer", **options):
        """A new user."""
        item = TSC.UserItem(name or named("user"), role, **options)
        added = self.server.users.add(item)
        self.addCleanup(self.gone, self.server.users.remove, added.id)
        return added

    def known(self, name):
        """A user who is there from the first."""
        [user] = self.server.users.filter(name=name)
        return user

    def group(self, **options):
        """A new group."""
        item = TSC.GroupItem(named("group"))
        for member, value in options.items():
            setattr(item, member, value)
        created = self.server.groups.create(item)
        self.addCleanup(self.gone, self.server.groups.delete, created.id)
        return created

    def project(self, server=None, **options):
        """A new project."""
        server = server or self.server
        created = server.projects.create(TSC.ProjectItem(options.pop("name", None) or named("project"), **options))
        self.addCleanup(self.gone, self.server.projects.delete, created.id)
        return created

    def done(self, job):
        """A job that has ended: the sandbox's clock is moved to that time."""
        advance(60)
        return self.server.jobs.wait_for_job(job, timeout=30)
