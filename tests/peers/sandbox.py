"""The ready document of the sandbox, and its control."""

import json
import os
import urllib.request

with open(os.environ["SANDBOX_READY"], encoding="utf-8") as file:
    READY = json.load(file)

URL = READY["rest"]
TOKEN = next(token for token in READY["personalAccessTokens"] if token["name"] == "sandbox")


def user(name):
    """A user by name, with the password."""
    return next(user for user in READY["users"] if user["name"] == name)


def control(method, path, document=None):
    """Sends a request to the sandbox's control; returns the answer."""
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(f"{URL}/_sandbox/{path}", body, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


def log(since):
    """The entries of its log after this one."""
    return [json.loads(line) for line in control("GET", f"log?since={since}").splitlines()]


def advance(seconds):
    """Moves its clock forward."""
    return json.loads(control("POST", "clock", {"advance_seconds": seconds}))
