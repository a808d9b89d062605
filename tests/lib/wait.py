"""Waiting for something to become true; the only place where a test sleeps."""

import time


def until(condition, seconds=20.0, what="the condition", every=0.03):
    """Return the first true value of condition(); AssertionError when there is none within the time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(every)
