"""Which public methods of the library the tests of a file have called."""

import functools
import unittest

import tableauserverclient as TSC
from tableauserverclient.server.endpoint.endpoint import Endpoint


def public(group):
    """The public methods of a group; those of all groups alike (`get_request` …) are not its own."""
    return {
        name
        for name in dir(group)
        if not name.startswith("_") and callable(getattr(group, name)) and not hasattr(Endpoint, name)
    }


def recorded(method, called):
    """The method, which notes that it was called."""

    @functools.wraps(method)
    def run(*arguments, **options):
        called.add(method.__name__)
        return method(*arguments, **options)

    return run


def every_method(loader, tests, groups):
    """The tests, and one at the end that no public method of these groups was left out; `groups` gives for each the methods that are
    left out on purpose."""
    if loader.testNamePatterns:
        return tests
    server = TSC.Server("http://127.0.0.1")
    suite = unittest.TestSuite([tests])
    for group, left_out in groups.items():
        kind, called = type(getattr(server, group)), set()
        methods = public(kind)
        for name in methods:
            setattr(kind, name, recorded(getattr(kind, name), called))
        suite.addTest(EveryMethod(group, methods, called, set(left_out)))
    return suite


class EveryMethod(unittest.TestCase):
    """Every public method of a group was called, and none is left out that is."""

    def __init__(self, group="", methods=(), called=(), left_out=()):
        super().__init__()
        self.group, self.methods, self.called, self.left_out = group, methods, called, left_out

    def runTest(self):
        self.assertEqual(sorted(self.methods - self.called), sorted(self.left_out), self.group)
