"""The tasks of `limit`, done with Tableau's library for Python as its documentation says.

tsc.py TASK URL …; credentials are those of the environment: a token if there is one, else a password.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import tableauserverclient as TSC

PROJECT = "a3c1f0de-92b7-4c55-8d1e-60f7b2e49a10"


class Clock:
    """Measures a part of the program, in the program."""

    def __init__(self):
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def stop(self):
        cpu, wall = time.process_time() - self.cpu, time.perf_counter() - self.wall
        print(f"@part {round(cpu * 1e6)} {round(wall * 1e6)}")


class Tally:
    """Counts and sums over a list of workbooks."""

    def __init__(self):
        self.items = self.sizes = self.tags = self.created = self.names = 0

    def count(self, item):
        self.items += 1
        self.sizes += item.size
        self.tags += len(item.tags)
        self.created += int(item.created_at.timestamp())
        self.names += len(item.name) + len(item.project_name)

    def __str__(self):
        return f"items={self.items} sizes={self.sizes} tags={self.tags} created={self.created} names={self.names}"


def credentials():
    if "TABLEAU_PAT_NAME" in os.environ:
        return TSC.PersonalAccessTokenAuth(os.environ["TABLEAU_PAT_NAME"], os.environ["TABLEAU_PAT_SECRET"])
    return TSC.TableauAuth(os.environ["TABLEAU_USERNAME"], os.environ["TABLEAU_PASSWORD"])


def new_server(url):
    server = TSC.Server(url)
    # Said, so that the server need not be asked.
    server.version = "3.24"
    return server


def sign_in(url):
    with new_server(url).auth.sign_in(credentials()):
        pass


def cycles(url, count):
    server = new_server(url)
    with server.auth.sign_in(credentials()):
        pass
    clock = Clock()
    for _ in range(int(count)):
        with server.auth.sign_in(credentials()):
            pass
    clock.stop()


def read_list(url, size, keep):
    server, tally, kept = new_server(url), Tally(), []
    with server.auth.sign_in(credentials()):
        for item in TSC.Pager(server.workbooks, TSC.RequestOptions(pagesize=int(size))):
            tally.count(item)
            if keep == "keep":
                kept.append(item)
    print(tally)


def publish(url, path):
    server = new_server(url)
    with server.auth.sign_in(credentials()):
        item = TSC.WorkbookItem(PROJECT, name="Large")
        server.workbooks.publish(item, path, TSC.Server.PublishMode.Overwrite)
    print(f"sent={os.path.getsize(path)}")


def download(url, target):
    server = new_server(url)
    with server.auth.sign_in(credentials()):
        # The extension is the server's.
        path = server.workbooks.download("large", filepath=os.path.splitext(target)[0])
    print(f"saved={os.path.getsize(path)}")


def sessions(url, count, at_once):
    def one(_):
        server = new_server(url)
        with server.auth.sign_in(credentials()):
            items, _ = server.workbooks.get(TSC.RequestOptions(pagesize=1000))
        return items

    clock, tally = Clock(), Tally()
    with ThreadPoolExecutor(int(at_once)) as pool:
        for items in pool.map(one, range(int(count))):
            for item in items:
                tally.count(item)
    print(tally)
    clock.stop()


TASKS = {
    "sign-in": sign_in,
    "cycles": cycles,
    "list": read_list,
    "publish": publish,
    "download": download,
    "sessions": sessions,
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
