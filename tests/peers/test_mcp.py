"""Every read tool of Tableau's MCP server, on a site of Tableau Server and on one of Tableau Cloud.

`MCP_SERVER` is the folder that its repository (tableau/tableau-mcp) builds: `npm ci && npm run build`. It is in no package index, so that these tests are
left out without it. Each answer passes the types by which that server reads ours, or its tool fails.
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "content"))

import tableauserverclient as TSC  # noqa: E402
from sandbox import READY, URL, advance  # noqa: E402

FOLDER = os.environ.get("MCP_SERVER")
CLOUD = "umbrellacorp816664"
# Tools of a page in a browser, which ask no server if a personal access token is what signs in.
WITHOUT_REQUESTS = {"get-embed-token", "record-event", "render-interactive-viz"}
# Tools that need what a site of Tableau Server never has, apart from those whose refusal is looked at.
OF_CLOUD = {"generate-pulse-metric-value-insight-bundle", "generate-pulse-insight-brief", "generate-insight-cards"}
# Turns on what that server keeps back; it is asked by name for each.
GATE = "module.exports = {default: class {async isFeatureEnabled(name) {return ['authoring-tools', 'mcp-apps'].includes(name);}}};\n"


class Server:
    """The MCP server, signed in to a site by a token."""

    def __init__(self, site, token, folder):
        gate = Path(folder) / "gate.cjs"
        gate.write_text(GATE)
        token = next(one for one in READY["personalAccessTokens"] if one["name"] == token)
        own = {
            "SERVER": URL,
            "SITE_NAME": site,
            "PAT_NAME": token["name"],
            "PAT_VALUE": token["secret"],
            "TRANSPORT": "stdio",
            "ADMIN_TOOLS_ENABLED": "true",
            "FLOW_TOOLS_ENABLED": "true",
            "INSIGHTS_TOOLS_ENABLED": "true",
            "PRODUCT_TELEMETRY_ENABLED": "false",
            "FEATURE_GATE_PROVIDER": "custom",
            "FEATURE_GATE_PROVIDER_CONFIG": json.dumps({"module": str(gate)}),
        }
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            ["node", str(Path(FOLDER) / "index.js")],
            env={**os.environ, **own},
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.number = 0
        self.called = set()
        client = {"name": "tests", "version": "1"}
        self.ask("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, method, params):
        """Sends a request, and gives its result; notifications in between are its log."""
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        for line in self.process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            if message.get("id") == self.number and "method" not in message:
                return message["result"]
        raise AssertionError("the MCP server ended")

    def reads(self):
        """The names of the tools that change nothing."""
        tools = self.ask("tools/list", {})["tools"]
        return {tool["name"] for tool in tools if tool["annotations"]["readOnlyHint"]}

    def tool(self, name, **arguments):
        """The content of a tool's answer, and whether it is an error."""
        self.called.add(name)
        result = self.ask("tools/call", {"name": name, "arguments": arguments})
        return result["content"], result.get("isError", False)

    def close(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@unittest.skipUnless(FOLDER, "MCP_SERVER, the folder that tableau/tableau-mcp builds, is not given")
class Tools(unittest.TestCase):
    def start(self, site, token):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prepare(site, token)
        self.mcp = Server(site, token, folder.name)
        self.addCleanup(self.mcp.close)

    def prepare(self, site, token):
        """A job, a run of a flow and a task for the lists to have."""
        secret = next(one["secret"] for one in READY["personalAccessTokens"] if one["name"] == token)
        server = TSC.Server(URL, use_server_version=True)
        with server.auth.sign_in(TSC.PersonalAccessTokenAuth(token, secret, site)):
            extracts = [one for one in TSC.Pager(server.workbooks) if one.has_extracts]
            if extracts:
                server.workbooks.refresh(extracts[0])
            server.flows.refresh(next(iter(TSC.Pager(server.flows))))
        advance(120)

    def text(self, name, **arguments):
        content, is_error = self.mcp.tool(name, **arguments)
        text = "".join(part.get("text", "") for part in content)
        self.assertFalse(is_error, f"{name}: {text}")
        return text

    def items(self, name, **arguments):
        """The items of a list, of which there are some."""
        found = listed(json.loads(self.text(name, **arguments)))
        self.assertTrue(found, name)
        return found

    def image(self, name, **arguments):
        content, is_error = self.mcp.tool(name, **arguments)
        self.assertFalse(is_error, content)
        self.assertTrue(any(part.get("data") or part.get("text") for part in content), content)

    def content(self):
        """The tools about content: lists, items, data and pictures of views, files."""
        workbook = self.items("list-workbooks", limit=50)[0]
        view = self.items("list-views", limit=50)[0]
        self.items("list-projects")
        owner = json.loads(self.text("get-workbook", workbookId=workbook["id"]))
        self.assertIn(workbook["id"], json.dumps(owner))
        self.assertIn(view["id"], self.text("get-view", viewId=view["id"]))
        rows = list(csv.DictReader(io.StringIO(self.csv("get-view-data", viewId=view["id"]))))
        east = list(csv.DictReader(io.StringIO(self.csv("get-view-data", viewId=view["id"], viewFilters={"Region": "East"}))))
        self.assertEqual({row["Region"] for row in east}, {"East"})
        self.assertLess(len(east), len(rows))
        for more in ({}, {"format": "SVG"}, {"width": 300, "height": 200, "viewFilters": {"Region": "East"}}):
            self.image("get-view-image", viewId=view["id"], **more)
        self.items("search-content", terms=workbook["name"])
        found = self.items("search-content", filter={"contentTypes": ["view"]}, orderBy=[{"method": "hitsTotal", "sortDirection": "desc"}])
        hits = [one["totalViewCount"] for one in found]
        self.assertEqual(hits, sorted(hits, reverse=True))
        content, is_error = self.mcp.tool("download-workbook", workbookId=workbook["id"])
        self.assertFalse(is_error, content)

    def csv(self, name, **arguments):
        text = self.text(name, **arguments)
        # Some versions give the text as JSON.
        return json.loads(text) if text.startswith('"') else text

    def custom_views(self):
        for workbook in self.items("list-workbooks", limit=100):
            text = self.text("list-custom-views", workbookId=workbook["id"])
            if not text.startswith(("[", "{")):
                continue
            found = listed(json.loads(text))
            if found:
                self.text("get-custom-view-data", customViewId=found[0]["id"])
                self.image("get-custom-view-image", customViewId=found[0]["id"])
                return True
        return False

    def data(self):
        """The tools about data sources: their fields, and queries of those."""
        for source in self.items("list-datasources", limit=4):
            luid = source["id"]
            metadata = json.loads(self.text("get-datasource-metadata", datasourceLuid=luid))
            groups = metadata.get("fieldGroups") or metadata.get("fields") or metadata
            text = json.dumps(groups)
            self.assertIn("dataType", text)
            names = sorted(set(captions(metadata)))
            self.assertTrue(names, metadata)
            query = {"fields": [{"fieldCaption": name} for name in names[:2]]}
            rows = json.loads(self.text("query-datasource", datasourceLuid=luid, query=query))["data"]
            self.assertTrue(rows, source)
            self.assertEqual(set(rows[0]), set(names[:2]))
        content, is_error = self.mcp.tool("query-datasource", datasourceLuid=luid, query={"fields": [{"fieldCaption": "Nowhere"}]})
        self.assertTrue(is_error, content)

    def work(self):
        """The tools about what runs."""
        self.items("list-jobs")
        self.items("list-extract-refresh-tasks")
        flow = self.items("list-flows")[0]
        self.assertIn(flow["id"], self.text("get-flow", flowId=flow["id"]))
        self.items("list-flow-runs")
        self.text("list-flow-tasks")
        self.items("list-users")

    def everything_was_called(self, but):
        left = self.mcp.reads() - self.mcp.called - WITHOUT_REQUESTS - but
        self.assertEqual(left, set())

    def test_server(self):
        self.start("", "sandbox")
        self.content()
        self.assertTrue(self.custom_views())
        self.data()
        self.work()
        # What Tableau Server does not have is said so.
        some = "00000000-0000-4000-8000-000000000000"
        for name, arguments in {
            "list-all-pulse-metric-definitions": {},
            "list-pulse-metric-definitions-from-definition-ids": {"metricDefinitionIds": [some]},
            "list-pulse-metrics-from-metric-definition-id": {"pulseMetricDefinitionID": some},
            "list-pulse-metrics-from-metric-ids": {"metricIds": [some]},
            "list-pulse-metric-subscriptions": {},
        }.items():
            content, is_error = self.mcp.tool(name, **arguments)
            self.assertTrue(is_error, name)
            self.assertIn("Pulse is not available on Tableau Server", json.dumps(content), name)
        content, is_error = self.mcp.tool("query-admin-insights", kind="stale-content")
        self.assertTrue(is_error, content)
        self.everything_was_called(but=OF_CLOUD)

    def test_cloud(self):
        self.start(CLOUD, "sandbox-wei.chen@example.com")
        self.content()
        self.custom_views()
        self.data()
        self.work()
        self.pulse()
        self.admin_insights()
        # The site has no custom views; those of the other one are read in the other test.
        self.everything_was_called(but={"get-custom-view-data", "get-custom-view-image"})

    def pulse(self):
        definition = self.items("list-all-pulse-metric-definitions", view="DEFINITION_VIEW_FULL")[0]
        luid, metric = definition["metadata"]["id"], definition["metrics"][0]
        for view in ("DEFINITION_VIEW_BASIC", "DEFINITION_VIEW_DEFAULT"):
            self.items("list-pulse-metric-definitions-from-definition-ids", metricDefinitionIds=[luid], view=view)
        self.items("list-pulse-metrics-from-metric-definition-id", pulseMetricDefinitionID=luid)
        self.assertEqual(self.items("list-pulse-metrics-from-metric-ids", metricIds=[metric["id"]])[0]["id"], metric["id"])
        self.items("list-pulse-metric-subscriptions")
        specification = definition["specification"]
        asked = {
            "definition": {name: specification[name] for name in ("datasource", "basic_specification", "is_running_total")},
            "metric_specification": metric["specification"],
            **{name: definition[name] for name in ("extension_options", "representation_options", "insights_options")},
        }
        metadata = {"name": "Sales", "metric_id": metric["id"], "definition_id": luid}
        language = {"language": "LANGUAGE_EN_US", "locale": "LOCALE_EN_US"}
        options = {"output_format": "OUTPUT_FORMAT_HTML", "time_zone": "UTC", **language}
        bundle = {"bundle_request": {"version": 1, "options": options, "input": {"metadata": metadata, "metric": asked}}}
        for kind in ("ban", "springboard", "basic", "detail"):
            answer = json.loads(self.text("generate-pulse-metric-value-insight-bundle", bundleType=kind, bundleRequest=bundle))
            self.assertTrue(answer["bundle_response"]["result"]["insight_groups"], kind)
        message = {
            "action_type": "ACTION_TYPE_SUMMARIZE",
            "content": "What has changed?",
            "role": "ROLE_USER",
            "metric_group_context": [{"metadata": metadata, "metric": asked}],
            "metric_group_context_resolved": True,
        }
        brief = json.loads(self.text("generate-pulse-insight-brief", briefRequest={**language, "messages": [message]}))
        self.assertFalse(brief["not_enough_information"], brief)
        source = {"luid": specification["datasource"]["id"]}
        cards = json.loads(self.text("generate-insight-cards", datasource=source, measures=["Sales"], timeField="Order Date"))
        self.assertEqual([card["measure"] for card in cards["cards"]], ["Sales"])

    def admin_insights(self):
        for kind, field in {
            "ts-events": "Event Type",
            "ts-users": "User Email",
            "site-content": "Item Name",
            "job-performance": "Job Type",
        }.items():
            rows = self.items("query-admin-insights", kind=kind, query={"fields": [{"fieldCaption": field}]})
            self.assertTrue(all(row[field] for row in rows), rows)
        stale = json.loads(self.text("query-admin-insights", kind="stale-content", minAgeDays=1))
        self.assertGreater(stale["totalStaleItems"], 0)


def listed(found):
    """The items of a list, which some tools give with more beside it."""
    if isinstance(found, dict):
        return next(value for value in found.values() if isinstance(value, list))
    return found


def captions(found):
    """Every name of a field in what describes a data source."""
    if isinstance(found, dict):
        if "dataType" in found and isinstance(found.get("name"), str):
            yield found["name"]
        for value in found.values():
            yield from captions(value)
    elif isinstance(found, list):
        for value in found:
            yield from captions(value)


if __name__ == "__main__":
    unittest.main()
