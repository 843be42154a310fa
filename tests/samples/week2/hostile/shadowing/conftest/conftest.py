"""A conftest.py that turns every report into a pass, should pytest ever collect it; expected: not used, 0 points."""
print("BREACH: the submission's conftest.py was imported")


def pytest_runtest_makereport(item, call):
    call.excinfo = None


def pytest_collection_modifyitems(items):
    items.clear()


def pytest_sessionfinish(session, exitstatus):
    session.exitstatus = 0
