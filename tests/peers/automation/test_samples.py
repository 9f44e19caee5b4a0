"""The sample programs of tableauserverclient for schedules, tasks, webhooks and subscriptions, from its source package, as they are.

`TSC_SAMPLES` names their folder.
"""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from base import HOUR, TOKEN, TSC, URL, AutomationTest, advance, mails, named

SAMPLES = Path(os.environ["TSC_SAMPLES"])


class Samples(AutomationTest):
    def sample(self, name, *arguments):
        """Runs a sample, which has to work; gives what it prints."""
        own = ["--server", URL, "--site", "", "--token-name", TOKEN["name"], "--token-value", TOKEN["secret"]]
        ended = subprocess.run(
            [sys.executable, str(SAMPLES / f"{name}.py"), *own, *map(str, arguments)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(ended.returncode, 0, f"{name}: {ended.stdout}\n{ended.stderr}")
        return ended.stdout

    def test_create_schedules(self):
        out = self.sample("create_schedules")
        ids = re.findall(r"schedule created \(ID: (\S+)\)", out)
        for id in ids:
            self.addCleanup(self.gone, self.server.schedules.delete, id)
        self.assertEqual(len(ids), 4, out)
        self.assertEqual({item.id for item in TSC.Pager(self.server.schedules)} & set(ids), set(ids))

    def test_refresh_schedule_and_tasks(self):
        workbook, schedule = self.workbook(), self.schedule(TSC.ScheduleItem.Type.Extract)
        self.sample("set_refresh_schedule", "--workbook", workbook.name, schedule.name)
        [task] = [task for task in TSC.Pager(self.server.tasks) if task.target and task.target.id == workbook.id]
        self.assertIn(task.id, self.sample("refresh_tasks", "list"))
        self.assertIn(task.id, self.sample("refresh_tasks", "info", task.id))
        self.assertIn("RefreshExtract", self.sample("refresh_tasks", "run", task.id))
        advance(60)

    def test_create_extract_task(self):
        # It is for Tableau Cloud, and prints why a server refuses it.
        self.assertIn("403004", self.sample("create_extract_task", "workbook", self.workbook().id))

    def test_explore_webhooks(self):
        name = named("Hook")
        out = self.sample("explore_webhooks", "--create", name)
        [id] = re.findall(r"Webhook created. ID: (\S+)", out)
        self.addCleanup(self.gone, self.server.webhooks.delete, id)
        self.assertIn(name, out)
        before = {hook.id for hook in self.server.webhooks.get()[0]}
        self.sample("explore_webhooks", "--delete")
        self.assertEqual(len(before - {hook.id for hook in self.server.webhooks.get()[0]}), 1)

    def test_manage_subscriptions(self):
        workbook, schedule = self.workbook(), self.schedule(TSC.ScheduleItem.Type.Subscription)
        subject = named("Subject")
        options = ["--target-type", "Workbook", "--target-id", workbook.id, "--schedule-id", schedule.id, "--subject", subject]
        self.sample("manage_subscriptions", "create", *options, "--attach-pdf")
        self.assertIn(subject, self.sample("manage_subscriptions", "list"))
        self.later(HOUR)
        [mail] = [mail for mail in mails() if mail["subject"] == subject]
        self.sample("manage_subscriptions", "delete", "--id", mail["subscription"])
        self.fails("404025", self.server.subscriptions.get_by_id, mail["subscription"])


if __name__ == "__main__":
    unittest.main()
