"""Tests end when they are told to, in the background too, and what they started ends with them."""

import signal


def pytest_configure() -> None:
    """End at SIGTERM as at Ctrl-C: with the fixtures' ends, and without the processes that tests wait for."""
    for each in (signal.SIGINT, signal.SIGTERM):  # a shell's background job ignores Ctrl-C
        signal.signal(each, signal.default_int_handler)
