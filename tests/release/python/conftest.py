"""A sandbox for tests with pytest: copy this file beside them."""

import json
import subprocess
import time

import pytest
import tableauserverclient as TSC


@pytest.fixture(scope="session")
def tableau(tmp_path_factory):
    """The addresses and the credentials of a sandbox that serves as long as the tests run."""
    ready = tmp_path_factory.mktemp("tableau") / "ready.json"
    command = ["tabctl", "sandbox", "--listen", "127.0.0.1:0", "--job-time", "0", "--ready-file", str(ready)]
    sandbox = subprocess.Popen(command)
    try:
        while not ready.exists():
            assert sandbox.poll() is None, "the sandbox ended; what it printed says why"
            time.sleep(0.02)
        yield json.loads(ready.read_text())
    finally:
        sandbox.terminate()
        sandbox.wait()


@pytest.fixture
def server(tableau):
    """Tableau's library, signed in as the administrator of the Default site."""
    token = tableau["personalAccessTokens"][0]
    server = TSC.Server(tableau["rest"], use_server_version=True)
    with server.auth.sign_in(TSC.PersonalAccessTokenAuth(token["name"], token["secret"], "")):
        yield server
