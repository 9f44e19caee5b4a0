"""What the sandbox said when it was ready: addresses and credentials."""

import json
import os

with open(os.environ["SANDBOX_READY"], encoding="utf-8") as file:
    READY = json.load(file)

URL = READY["rest"]
TOKEN = next(token for token in READY["personalAccessTokens"] if token["name"] == "sandbox")


def user(name):
    """A user by name, with the password."""
    return next(user for user in READY["users"] if user["name"] == name)
