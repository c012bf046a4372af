"""Runs the program that is its argument. Time passes when everybody waits, and at once: how busy the
machine is changes nothing. Only where there are threads a wait is a wait, since theirs are."""

import asyncio
import queue
import selectors
import sys
import threading
import time

real_monotonic, real_sleep, now = time.monotonic, time.sleep, 0.0


def monotonic():
    # Each look takes a moment, so that of two timers the one that was set first is due first.
    pass_by(0.000_001)
    return now


def pass_by(seconds):
    global now
    now += seconds


def sleep(seconds):
    if threading.current_thread() is threading.main_thread():
        pass_by(seconds)
    else:
        real_sleep(seconds)


class Selector(selectors.DefaultSelector):
    def select(self, timeout=None):
        if timeout is None or threading.active_count() > 1:
            began = real_monotonic()
            ready = super().select(timeout)
            pass_by(real_monotonic() - began)
            return ready
        pass_by(max(timeout, 0))
        return super().select(0)


time.monotonic, time.sleep, selectors.DefaultSelector = monotonic, sleep, Selector
exec(compile(sys.argv[1], "<program>", "exec"), {"__name__": "__main__"})
