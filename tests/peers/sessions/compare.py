"""Programs whose session dies: Tableau's Python library and this one, side by side.

Each case is a small program in both languages, run against a sandbox whose sessions this ends and whose clock it moves. What the programs say, and how
often they signed in according to the sandbox's log, is the table of docs/sessions-compared.md.

    compare.py           checks that the page says what happens
    compare.py --write   writes the page
"""

import difflib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent.parent.parent / "docs/sessions-compared.md"
sys.path.insert(0, str(HERE.parent))

from sandbox import TOKEN, URL, advance, control, log  # noqa: E402

# Longer than any case takes, even on a busy machine.
DEADLINE = 120

# The function that plays it, what happens, and how many programs take part.
CASES = [
    ("pages", "The session dies between two pages of a list of 2,500 workbooks", 1),
    ("upload", "… between two chunks of an upload", 1),
    ("job", "… while a job is waited for", 1),
    ("idle", "Nothing is done for five hours, then a list is asked for", 1),
    ("tasks", "64 tasks list workbooks with a session that is dead", 1),
    ("refresh", "A refresh, which may not be asked for twice, meets a dead session", 1),
    ("wrong_secret", "64 tasks sign in with a wrong secret", 1),
    ("signed_out", "64 tasks go on after the program has signed out", 1),
    ("switched", "A part of the program goes on with the site it had, after another has switched to the next", 1),
    ("dead_sign_out", "Signing out of a session that is dead", 1),
    ("turns", "Eight programs use one personal access token in turns", 8),
    ("killed", "A program is killed by SIGKILL, and started again", 2),
]


def polls(since):
    return sum(entry["operation"] == "jobs.get" for entry in log(since))


def end_while_polled(since):
    """Ends the session after the first poll, and lets the job finish after the second."""
    for then in (lambda: control("DELETE", "sessions"), lambda: advance(60)):
        seen, deadline = polls(since), time.monotonic() + DEADLINE
        while polls(since) == seen and time.monotonic() < deadline:
            time.sleep(0.05)
        then()


class Program:
    def __init__(self, command, environment, said):
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self.read, args=(said,), daemon=True).start()

    def read(self, said):
        for line in self.process.stdout:
            said.put((self, line.strip()))
        said.put((self, None))

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()


def play(command, case, programs, environment):
    """Runs a case: what its programs say, each once, and how many sign-ins the sandbox saw."""
    control("DELETE", "sessions")
    since = max((entry["n"] for entry in log(0)), default=0)
    said, running, waiting, results = queue.Queue(), [], [], []

    def start():
        running.append(Program([*command, case], environment, said))

    # In the case `killed`, the second program starts after the first has ended.
    for _ in range(1 if case == "killed" else programs):
        start()
    while running:
        program, line = said.get(timeout=DEADLINE)
        match line:
            case None:
                running.remove(program)
                program.process.wait()
            case "? end the session":
                control("DELETE", "sessions")
                program.go_on()
            case "? let five hours go by":
                advance(5 * 3600)
                program.go_on()
            case "? wait for the others":
                waiting.append(program)
            case "? be killed" if programs > 1:
                program.process.send_signal(signal.SIGKILL)
                programs = 1
                start()
            case "? be killed":
                program.go_on()
            case _ if line.startswith("? end the session while"):
                threading.Thread(target=end_while_polled, args=(since,), daemon=True).start()
                program.go_on()
            case _ if line.startswith("= "):
                results.append(line.removeprefix("= "))
            case _:
                raise AssertionError(f"{case}: {line}")
        if waiting and len(waiting) == len(running):
            for program in waiting:
                program.go_on()
            waiting = []
    signed_in = [entry for entry in log(since) if entry["operation"] == "auth.signIn"]
    # Queued jobs end before the next case.
    advance(60)
    kinds = sorted(set(results), key=results.index)
    if len(results) == 1:
        return results[0], len(signed_in)
    return "; ".join(sorted(f"{results.count(kind)} × {kind}" for kind in kinds)), len(signed_in)


def page():
    environment = {
        **os.environ,
        "SANDBOX_URL": URL,
        "SANDBOX_PAT_NAME": TOKEN["name"],
        "SANDBOX_PAT_SECRET": TOKEN["secret"],
    }
    rows = []
    for case, title, programs in CASES:
        cells = [title]
        for command in ([sys.executable, str(HERE / "with_tsc.py")], [os.environ["SESSION_CASE"]]):
            with tempfile.TemporaryDirectory() as store:
                cells += map(str, play(command, case, programs, {**environment, "SESSION_STORE": store}))
        rows.append("| " + " | ".join(cells) + " |")
    text = (HERE / "page.md").read_text(encoding="utf-8")
    return text.replace("{tsc}", version("tableauserverclient")).replace("{rows}", "\n".join(rows))


if __name__ == "__main__":
    now = page()
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(now, encoding="utf-8")
    else:
        there = PAGE.read_text(encoding="utf-8")
        difference = difflib.unified_diff(there.splitlines(), now.splitlines(), str(PAGE), "what happens", lineterm="")
        if difference := "\n".join(difference):
            sys.exit(f"{difference}\n\nIf it should be so: tests/peers/run --write")
