#!/usr/bin/env python3
"""Runs every command of a page against a sandbox, and compares what it prints with what the page says.

    tests/guides/run.py README.md docs/guide/*.md

In blocks marked `console`, lines that begin with `$ ` are commands, run one after the other in one shell per page; a line that ends with a backslash goes on in the
next. A command that fails ends the run, unless the page says so: `[exit code 4]`. Lines below a command are what it prints, on both streams; if there are none,
it may print anything. `…` stands for anything within a line, and alone on a line for any lines. A block that is marked with a file's name, as `toml site.toml`, is that
file from there on.

Addresses of the pages become those of the sandbox: http://127.0.0.1:8000, https://127.0.0.1:8850, https://my-server, https://my-server:8850. `tabctl sandbox &` is there
already. Commands of cargo are run by `.ci/run` itself.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TABCTL = Path(os.environ.get("TABCTL") or Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/tabctl")
# Longer than any command takes, even on a busy machine.
DEADLINE = 60


def commands(text):
    """The commands of a page with their line, and what is printed below each."""
    found, inside, goes_on, file = [], False, False, False
    for number, line in enumerate(text.splitlines(), 1):
        if file:
            file = not line.startswith("```")
            found[-1][1] += f"\n{line}" if file else "\nEND OF THE FILE"
        elif match := re.fullmatch(r"```\w+ (\S+\.\w+)", line):
            file = True
            found.append([number, f"cat > {match[1]} <<'END OF THE FILE'", []])
        elif line.startswith("```"):
            inside, goes_on = not inside and line[3:].strip() == "console", False
        elif not inside:
            continue
        elif goes_on:
            found[-1][1] += "\n" + line
            goes_on = line.endswith("\\")
        elif line.startswith("$ "):
            found.append([number, line[2:], []])
            goes_on = line.endswith("\\")
        elif found:
            found[-1][2].append(line)
    return found


def pattern(lines):
    """A pattern for these lines."""
    parts = []
    for line in lines:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*?".join(map(re.escape, line.rstrip().split("…"))) + r"[ \t]*\n")
    return re.compile("".join(parts))


class Shell:
    """A shell with a home of its own, in which only the page sets variables."""

    MARK = "-- done:"

    def __init__(self, home, ready):
        self.there = {
            "http://127.0.0.1:8000": ready["rest"],
            "https://127.0.0.1:8850": ready["tsm"],
            "https://my-server:8850": ready["tsm"],
            "https://my-server": ready["rest"],
        }
        environment = {
            "HOME": str(home),
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
        }
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=home,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, command):
        """What a command prints, and its exit code."""
        for ours, theirs in self.there.items():
            command = command.replace(ours, theirs)
        self.process.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '\\n%s%d\\n' '{self.MARK}' $?\n")
        self.process.stdin.flush()
        printed = []
        for line in self.process.stdout:
            if line.startswith(self.MARK):
                text = "".join(printed).removesuffix("\n")
                for ours, theirs in self.there.items():
                    text = text.replace(theirs, ours)
                return text, int(line.removeprefix(self.MARK))
            printed.append(line)
        raise SystemExit("".join(printed) + "the shell is gone")

    def end(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def check(page, shell):
    number = 0
    for number, command, expected in commands(page.read_text(encoding="utf-8")):
        if re.match(r"cargo |tabctl sandbox\b.*&", command):
            continue
        signal.alarm(DEADLINE)
        code, printed = 0, [line for line in expected if line]
        if printed and (match := re.fullmatch(r"\[exit code (\d+)\]", printed[-1])):
            code, printed = int(match[1]), printed[:-1]
        text, actual = shell.run(command)
        signal.alarm(0)
        text = "".join(f"{line}\n" for line in text.splitlines() if line.strip())
        if actual != code:
            raise SystemExit(f"{page}:{number}: {command}\n{text}exit code {actual} instead of {code}")
        if printed and not pattern(printed).fullmatch(text):
            said = "\n".join(printed)
            raise SystemExit(f"{page}:{number}: {command}\n\nthe page says:\n{said}\n\nit prints:\n{text}")
    if not number:
        raise SystemExit(f"{page}: there is no command in it")
    print(f"{page}: every command does what it says")


def main(pages):
    for page in pages:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            (home / "bin").mkdir()
            (home / "bin/tabctl").symlink_to(TABCTL)
            ready = home / "ready.json"
            listen = [f"--listen{kind}=127.0.0.1:0" for kind in ("", "-tsm")]
            sandbox = subprocess.Popen([TABCTL, "sandbox", *listen, "--control", "--job-time=1", "--ready-file", ready], stderr=subprocess.DEVNULL)
            shell = None
            try:
                deadline = time.monotonic() + DEADLINE
                while not ready.exists():
                    if sandbox.poll() is not None or time.monotonic() > deadline:
                        raise SystemExit("the sandbox did not get ready")
                    time.sleep(0.05)
                facts = json.loads(ready.read_text(encoding="utf-8"))
                # The pages assume a token in a file.
                token = next(token for token in facts["personalAccessTokens"] if token["name"] == "sandbox")
                (home / ".tableau-token").write_text(token["secret"] + "\n", encoding="utf-8")
                (home / ".tableau-token").chmod(0o600)
                shell = Shell(home, facts)
                check(page, shell)
            finally:
                if shell:
                    shell.end()
                sandbox.terminate()
                sandbox.wait()


if __name__ == "__main__":
    main([Path(page) for page in sys.argv[1:]])
