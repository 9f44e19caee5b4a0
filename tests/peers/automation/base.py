"""What the tests of schedules and what they run share: the tests of content, a site of Tableau Cloud, and the sandbox's mails."""

import importlib.util
import json
import sys
from pathlib import Path

CONTENT = Path(__file__).parent.parent / "content"
sys.path.insert(0, str(CONTENT))


def _content(name):
    """A module of the tests of content, whatever this folder calls the same."""
    spec = importlib.util.spec_from_file_location(f"content_{name}", CONTENT / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


content = _content("base")
TSC, ContentTest, named, twbx, package, advance, URL = (
    content.TSC,
    content.ContentTest,
    content.named,
    content.twbx,
    content.package,
    content.advance,
    content.URL,
)
from methods import every_method  # noqa: E402, F401
from sandbox import READY, TOKEN, control  # noqa: E402

CLOUD = "umbrellacorp816664"
HOUR = 3600


def mails():
    """The mails in the sandbox's mail box."""
    return json.loads(control("GET", "mails"))


class AutomationTest(ContentTest):
    """A test that leaves the sandbox as it was, but for its clock."""

    def cloud(self):
        """A server with a session on the site that plays Tableau Cloud."""
        server = TSC.Server(URL, use_server_version=True)
        token = next(token for token in READY["personalAccessTokens"] if token["user"] == "wei.chen@example.com")
        server.auth.sign_in(TSC.PersonalAccessTokenAuth(token["name"], token["secret"], CLOUD))
        self.addCleanup(server.auth.sign_out)
        return server

    def later(self, seconds):
        """Moves the clock, and signs in again if the session has expired by that."""
        advance(seconds)
        admin = next(user for user in READY["users"] if user["name"] == "admin")
        self.server.auth.sign_in(TSC.TableauAuth(admin["name"], admin["password"]))

    def schedule(self, kind, interval=None):
        """A new schedule."""
        from datetime import time

        interval = interval or TSC.HourlyInterval(start_time=time(0, 0), end_time=time(23, 0), interval_value=1)
        item = TSC.ScheduleItem(named("Schedule"), 50, kind, TSC.ScheduleItem.ExecutionOrder.Parallel, interval)
        created = self.server.schedules.create(item)
        self.addCleanup(self.gone, self.server.schedules.delete, created.id)
        return created
