"""Every method that tableauserverclient has for schedules, tasks, subscriptions, data-driven alerts, webhooks and jobs."""

import json
import threading
import unittest
from datetime import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from base import HOUR, TSC, AutomationTest, advance, every_method, mails, named, package
from defusedxml.ElementTree import fromstring

FLOW = json.dumps({
    "nodes": {"1": {"nodeType": ".v1.LoadCsv", "name": "orders", "id": "1", "connectionId": "c", "baseType": "input", "nextNodes": []}},
    "connections": {"c": {"connectionType": ".v1.SqlConnection", "id": "c", "name": "dwh.example.com", "connectionAttributes": {"class": "sqlserver", "server": "dwh.example.com"}}},
    "initialNodes": ["1"],
    "documentId": "d",
    "majorVersion": 1,
    "minorVersion": 1,
})


class Schedules(AutomationTest):
    def test_every_frequency_lives(self):
        day = TSC.IntervalItem.Day
        for interval, read in [
            (TSC.HourlyInterval(time(2, 30), time(23, 0), 2), lambda i: (i.start_time, i.end_time)),
            (TSC.DailyInterval(time(5)), lambda i: i.start_time),
            (TSC.WeeklyInterval(time(19, 15), day.Monday, day.Friday), lambda i: (i.start_time, set(i.interval))),
            (TSC.MonthlyInterval(time(23, 30), 15), lambda i: i.start_time),
            (TSC.MonthlyInterval(time(23, 30), "LastDay"), lambda i: i.start_time),
        ]:
            created = self.schedule(TSC.ScheduleItem.Type.Extract, interval)
            found = self.server.schedules.get_by_id(created.id)
            self.assertEqual((found.name, found.priority, found.state), (created.name, 50, "Active"))
            self.assertEqual(read(found.interval_item), read(interval), interval)
            self.assertIsNotNone(found.next_run_at)
            found.name, found.priority, found.state = named("Changed"), 70, TSC.ScheduleItem.State.Suspended
            self.server.schedules.update(found)
            [listed] = [item for item in TSC.Pager(self.server.schedules) if item.id == created.id]
            self.assertEqual((listed.name, listed.priority, listed.state), (found.name, 70, "Suspended"))
            self.server.schedules.delete(created.id)
            self.fails("404023", self.server.schedules.get_by_id, created.id)

    def test_states_change_in_batch(self):
        schedules = [self.schedule(TSC.ScheduleItem.Type.Extract) for _ in range(2)]
        ids = [schedule.id for schedule in schedules]
        self.assertEqual(sorted(self.server.schedules.batch_update_state(schedules, "suspended")), sorted(ids))
        self.assertEqual({self.server.schedules.get_by_id(id).state for id in ids}, {"Suspended"})
        every = [item.id for item in TSC.Pager(self.server.schedules)]
        self.assertEqual(sorted(self.server.schedules.batch_update_state([], "suspended", update_all=True)), sorted(every))

    def test_content_is_refreshed_and_flows_are_run(self):
        workbook, datasource = self.workbook(), self.datasource()
        [flow, *_] = TSC.Pager(self.server.flows)
        extracts, flows = self.schedule(TSC.ScheduleItem.Type.Extract), self.schedule(TSC.ScheduleItem.Type.Flow)
        add = self.server.schedules.add_to_schedule
        for options in ({"workbook": workbook}, {"datasource": datasource}):
            self.assertEqual(add(extracts.id, **options), [])
        self.assertEqual(add(flows.id, flow=flow), [])
        tasks, page = self.server.schedules.get_extract_refresh_tasks(extracts.id)
        self.assertEqual({task.workbook_id for task in tasks} | {task.datasource_id for task in tasks}, {workbook.id, datasource.id, None})
        self.assertEqual(page.total_available, 2)
        before = self.server.workbooks.get_by_id(workbook.id).updated_at
        self.later(2 * HOUR)
        self.assertGreater(self.server.workbooks.get_by_id(workbook.id).updated_at, before)
        self.assertIn(flow.id, [run.flow_id for run in self.server.flow_runs.get()])
        self.fails("400047", add, flows.id, workbook=workbook)


class Tasks(AutomationTest):
    def test_tasks_of_each_kind(self):
        workbook = self.workbook()
        schedule = self.schedule(TSC.ScheduleItem.Type.Extract)
        self.server.schedules.add_to_schedule(schedule.id, workbook=workbook)
        [task] = [task for task in TSC.Pager(self.server.tasks) if task.target and task.target.id == workbook.id]
        found = self.server.tasks.get_by_id(task.id)
        self.assertEqual((found.task_type, found.schedule_item.name), (TSC.TaskItem.Type.ExtractRefresh, schedule.name))
        self.assertIn(b"RefreshExtract", self.server.tasks.run(found))
        advance(60)
        self.server.tasks.delete(task.id)
        self.fails("404026", self.server.tasks.get_by_id, task.id)
        # The library looks for `runFlow` in answers, where the schema has `flowRun`.
        flows, _ = self.server.tasks.get(task_type=TSC.TaskItem.Type.RunFlow)
        self.assertEqual(flows, [])
        [flow, *_] = self.flow_tasks()
        self.server.tasks.delete(flow, TSC.TaskItem.Type.RunFlow)
        self.assertNotIn(flow, self.flow_tasks())

    def flow_tasks(self):
        """The identifiers of the tasks that run flows."""
        answer = self.server.tasks.get_request(f"{self.server.tasks.baseurl}/runFlow")
        return [task.get("id") for task in fromstring(answer.content).iter("{http://tableau.com/api}flowRun")]

    def test_tasks_of_tableau_cloud(self):
        cloud = self.cloud()
        [datasource, *_] = TSC.Pager(cloud.datasources)
        schedule = TSC.ScheduleItem(None, None, None, None, TSC.MonthlyInterval(start_time=time(23, 30), interval_value=15))
        target = TSC.Target(datasource.id, "datasource")
        created = cloud.tasks.create(TSC.TaskItem(None, "FullRefresh", None, schedule_item=schedule, target=target))
        self.assertIn(datasource.id.encode(), created)
        mine = [task for task in TSC.Pager(cloud.tasks) if task.target and task.target.id == datasource.id]
        self.assertTrue(mine)
        for task in mine:
            cloud.tasks.delete(task.id)
        flow = TSC.FlowItem(next(iter(TSC.Pager(cloud.projects))).id, named("Flow"))
        flow = cloud.flows.publish(flow, str(self.file("flow.tflx", package(FLOW, "flow"))), "CreateNew")
        target = TSC.Target(flow.id, "flow")
        created = cloud.flow_tasks.create(TSC.TaskItem(None, "RunFlow", None, schedule_item=schedule, target=target))
        self.assertIn(flow.id.encode(), created)
        self.fails("403004", self.server.tasks.create, TSC.TaskItem(None, "FullRefresh", None, schedule_item=schedule, target=TSC.Target(self.workbook().id, "workbook")))

    def test_linked_tasks(self):
        tasks, page = self.server.linked_tasks.get()
        self.assertEqual(page.total_available, len(tasks))
        [task, *_] = tasks
        found = self.server.linked_tasks.get_by_id(task)
        self.assertEqual((found.id, int(found.num_steps)), (task.id, 2))
        self.assertEqual(found.schedule.id, task.schedule.id)
        job = self.server.linked_tasks.run_now(task)
        self.assertEqual(job.linked_task_id, task.id)
        self.assertEqual([item.id for item in self.server.linked_tasks.all()], [item.id for item in tasks])
        # Servers neither filter nor sort them.
        for query in (self.server.linked_tasks.filter(name="x"), self.server.linked_tasks.order_by("name")):
            with self.assertRaises(TSC.ServerResponseError):
                list(query)


class Subscriptions(AutomationTest):
    def test_life(self):
        workbook = self.workbook()
        schedule = self.schedule(TSC.ScheduleItem.Type.Subscription)
        [user] = self.server.users.filter(name="anita.silva")
        item = TSC.SubscriptionItem(named("Subject"), schedule.id, user.id, TSC.Target(workbook.id, "workbook"))
        item.attach_pdf, item.message = True, "Look."
        item.page_orientation, item.page_size_option = TSC.PDFRequestOptions.Orientation.Landscape, TSC.PDFRequestOptions.PageType.A4
        created = self.server.subscriptions.create(item)
        self.addCleanup(self.gone, self.server.subscriptions.delete, created.id)
        found = self.server.subscriptions.get_by_id(created.id)
        self.assertEqual((found.subject, found.message, found.user_id, found.schedule_id), (item.subject, "Look.", user.id, schedule.id))
        self.assertEqual((found.target.id, found.target.type.lower()), (workbook.id, "workbook"))
        self.assertEqual((found.attach_image, found.attach_pdf, found.send_if_view_empty), (True, True, True))
        self.later(HOUR)
        [mail] = [mail for mail in mails() if mail.get("subscription") == created.id]
        self.assertEqual((mail["to"], mail["subject"], mail["text"]), ("anita.silva@example.com", item.subject, "Look."))
        self.assertEqual({attachment["mediaType"] for attachment in mail["attachments"]}, {"image/png", "application/pdf"})
        found.subject, found.suspended = named("Changed"), True
        self.server.subscriptions.update(found)
        [listed] = [s for s in TSC.Pager(self.server.subscriptions) if s.id == created.id]
        self.assertEqual((listed.subject, listed.suspended), (found.subject, True))
        self.assertIn(created.id, [item.id for item in self.server.subscriptions.get()[0]])
        self.server.subscriptions.delete(created.id)
        self.fails("404025", self.server.subscriptions.get_by_id, created.id)

    def test_what_cannot_be_sent_is_refused(self):
        schedule = self.schedule(TSC.ScheduleItem.Type.Subscription)
        user = self.server.users.add(TSC.UserItem(named("nomail").replace(" ", "."), "Viewer"))
        self.addCleanup(self.server.users.remove, user.id)
        workbook = self.workbook()
        for code, user_id, schedule_id, target in [
            ("403064", user.id, schedule.id, TSC.Target(workbook.id, "workbook")),
            ("400069", self.server.user_id, schedule.id, TSC.Target(workbook.id, "sheet")),
            ("400068", self.server.user_id, schedule.id, TSC.Target(workbook.id, "view")),
        ]:
            item = TSC.SubscriptionItem("Subject", schedule_id, user_id, target)
            self.fails(code, self.server.subscriptions.create, item)


class Alerts(AutomationTest):
    def test_life(self):
        alerts, page = self.server.data_alerts.get()
        self.assertEqual(page.total_available, len(alerts))
        [alert, *_] = alerts
        found = self.server.data_alerts.get_by_id(alert.id)
        self.assertEqual((found.id, found.subject, found.view_id), (alert.id, alert.subject, alert.view_id))
        [user] = self.server.users.filter(name="ben.okafor")
        self.assertEqual(self.server.data_alerts.add_user_to_alert(found, user).id, user.id)
        self.assertIn(user.id, self.server.data_alerts.get_by_id(alert.id).recipients)
        self.server.data_alerts.delete_user_from_alert(found, user)
        self.assertNotIn(user.id, self.server.data_alerts.get_by_id(alert.id).recipients)
        found.subject, found.frequency = named("Changed"), TSC.DataAlertItem.Frequency.Hourly
        changed = self.server.data_alerts.update(found)
        self.assertEqual((changed.subject, changed.frequency), (found.subject, "Hourly"))
        self.server.data_alerts.delete(found)
        self.fails("409023", self.server.data_alerts.get_by_id, alert.id)


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"taken")

    def log_message(self, *_):
        pass


class Webhooks(AutomationTest):
    def test_life(self):
        hook = HTTPServer(("127.0.0.1", 0), Hook)
        self.addCleanup(hook.server_close)
        threading.Thread(target=hook.handle_request, daemon=True).start()
        new = TSC.WebhookItem()
        new.name, new.event, new.url = named("Hook"), "workbook-refresh-failed", f"http://127.0.0.1:{hook.server_port}/hook"
        created = self.server.webhooks.create(new)
        self.addCleanup(self.gone, self.server.webhooks.delete, created.id)
        self.assertIn(created.id, [webhook.id for webhook in self.server.webhooks.get()[0]])
        self.assertEqual(self.server.webhooks.get_by_id(created.id).url, new.url)
        self.assertIn(b"taken", self.server.webhooks.test(created.id).content)
        self.server.webhooks.delete(created.id)
        self.fails("404003", self.server.webhooks.get_by_id, created.id)


class Jobs(AutomationTest):
    def test_life(self):
        job = self.server.workbooks.refresh(self.workbook())
        self.assertEqual(self.server.jobs.get_by_id(job.id).finish_code, -1)
        self.server.jobs.cancel(job.id)
        self.assertEqual(self.server.jobs.get_by_id(job.id).finish_code, TSC.JobItem.FinishCode.Cancelled)
        job = self.server.workbooks.refresh(self.workbook())
        advance(60)
        self.assertEqual(self.server.jobs.wait_for_job(job, timeout=30).finish_code, TSC.JobItem.FinishCode.Success)
        self.assertIn(job.id, [found.id for found in TSC.Pager(self.server.jobs)])
        self.assertIn(job.id, [found.id for found in self.server.jobs.filter(job_type="refresh_extracts", status="Success")])
        self.check_pages(self.server.jobs, job)
        with self.assertWarns(Warning):
            self.server.jobs.get(job.id)


class Retired(AutomationTest):
    """What Tableau has retired, with the versions that had it."""

    def test_metrics(self):
        server = self.server
        server.version = "3.22"
        metrics, page = server.metrics.get()
        self.assertEqual(page.total_available, len(metrics))
        [metric, *_] = metrics
        found = server.metrics.get_by_id(metric.id)
        self.assertEqual(found.name, metric.name)
        found.description = "Changed"
        self.assertEqual(server.metrics.update(found).description, "Changed")
        self.check_nameless(server.metrics)
        server.metrics.delete(metric.id)
        self.fails("404003", server.metrics.get_by_id, metric.id)
        server.version = "3.29"
        self.fails("404003", server.metrics.get)

    def test_data_acceleration(self):
        server = self.server
        server.version = "3.8"
        tasks, _ = server.tasks.get(task_type=TSC.TaskItem.Type.DataAcceleration)
        self.assertEqual(tasks, [])
        self.assertEqual(server.data_acceleration_report.get().comparison_records, [])


def load_tests(loader, tests, _):
    # The queries of linked tasks are those of every list of the library.
    queries = {"all", "filter", "order_by", "paginate", "fields", "only_fields", "find_by_name"}
    groups = {
        "schedules": [],
        "tasks": [],
        "flow_tasks": [],
        "linked_tasks": queries - {"all", "filter", "order_by"},
        "subscriptions": [],
        "data_alerts": [],
        "webhooks": [],
        "jobs": queries - {"all", "filter", "paginate"},
        "metrics": queries - {"filter", "order_by", "find_by_name"},
        "data_acceleration_report": [],
    }
    return every_method(loader, tests, groups)


if __name__ == "__main__":
    unittest.main()
