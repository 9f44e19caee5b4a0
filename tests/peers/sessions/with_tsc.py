"""One case of the comparison, with Tableau's Python library: `with_tsc.py CASE`.

It says what becomes of it (`= …`), and asks for what has to happen in between (`? …`): see compare.py.
"""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent.parent))

import tableauserverclient as TSC  # noqa: E402
from sandbox import TOKEN, URL  # noqa: E402
from tableauserverclient.server.endpoint.exceptions import NotSignedInError  # noqa: E402

TASKS = 64
WORKBOOKS = 2500


def ask(what):
    print("?", what, flush=True)
    sys.stdin.readline()


def server():
    return TSC.Server(URL, use_server_version=True)


def token(secret=TOKEN["secret"]):
    return TSC.PersonalAccessTokenAuth(TOKEN["name"], secret)


def signed_in():
    it = server()
    it.auth.sign_in(token())
    return it


def name(error):
    """An error as the page names it."""
    return getattr(error, "code", None) or f"`{type(error).__name__}`"


ERRORS = (TSC.FailedSignInError, TSC.ServerResponseError, NotSignedInError)


def at_once(call):
    """The outcomes of concurrent calls."""

    def one(_):
        try:
            call()
        except ERRORS as error:
            return name(error)
        return "done"

    with ThreadPoolExecutor(TASKS) as threads:
        results = list(threads.map(one, range(TASKS)))
    kinds = sorted(set(results))
    return ", ".join(f"{results.count(kind)} × {kind}" for kind in kinds)


def pages():
    listed = 0
    try:
        for _ in TSC.Pager(signed_in().workbooks):
            listed += 1
            if listed == 150:
                ask("end the session")
    except ERRORS as error:
        return f"{name(error)} after {listed} of {WORKBOOKS} workbooks"
    return f"{listed} of {WORKBOOKS} workbooks"


class File(io.BytesIO):
    """Three megabytes, of which the second is read after the session has ended."""

    chunks = 0

    def read(self, size=-1):
        self.chunks += 1
        if self.chunks == 2:
            ask("end the session")
        return super().read(size)


def upload():
    it, sent, chunks = signed_in(), [], []
    append = it.fileuploads.append

    def watched(*arguments):
        sent.append(append(*arguments))
        return sent[-1]

    with mock.patch.object(it.fileuploads, "append", watched), mock.patch.dict("os.environ", TSC_CHUNK_SIZE_MB="1"):
        try:
            it.fileuploads.upload(File(bytes(3 * 1024 * 1024)))
        except ERRORS as error:
            return f"{name(error)} after {len(sent)} of 3 chunks"
    return f"{len(sent)} of 3 chunks"


def job():
    it = signed_in()
    refresh = it.workbooks.refresh(it.workbooks.get()[0][0])
    ask("end the session while the job is waited for, then let it finish")
    try:
        done = it.jobs.wait_for_job(refresh, timeout=60)
    except ERRORS as error:
        return f"{name(error)}; how the job ended is not known"
    return "the job has succeeded" if done.finish_code == TSC.JobItem.FinishCode.Success else "it failed"


def idle():
    it = signed_in()
    ask("let five hours go by")
    try:
        it.workbooks.get()
    except ERRORS as error:
        return name(error)
    return "done"


def tasks():
    it = signed_in()
    ask("end the session")
    return at_once(it.workbooks.get)


def refresh():
    it = signed_in()
    workbook = it.workbooks.get()[0][0]
    ask("end the session")
    try:
        it.workbooks.refresh(workbook)
    except ERRORS as error:
        return name(error)
    return "done"


def wrong_secret():
    it = server()
    return at_once(lambda: it.auth.sign_in(token("d3Jvbmc=:d3Jvbmc=")))


def signed_out():
    it = signed_in()
    it.auth.sign_out()
    return at_once(it.workbooks.get)


def switched():
    it = signed_in()
    site, before = it.site_id, it.workbooks.get()[1].total_available
    it.auth.switch_site(TSC.SiteItem("Marketing", "MarketingTeam"))
    try:
        after = it.workbooks.get()[1].total_available
    except ERRORS as error:
        return name(error)
    return "the workbooks of the other site" if it.site_id != site and after != before else "done"


def dead_sign_out():
    it = signed_in()
    ask("end the session")
    try:
        it.auth.sign_out()
    except ERRORS as error:
        return name(error)
    return "done"


def turns():
    done = 0
    try:
        it = signed_in()
        for _ in range(5):
            ask("wait for the others")
            it.workbooks.get()
            done += 1
    except ERRORS as error:
        return f"{name(error)} after {done} of 5 calls"
    return f"{done} of 5 calls"


def killed():
    signed_in().workbooks.get()
    ask("be killed")
    return "done"


if __name__ == "__main__":
    print("=", globals()[sys.argv[1]](), flush=True)
