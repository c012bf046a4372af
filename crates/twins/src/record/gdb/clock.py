"""The time that a traced program sees.

Stops take far longer than what the program does between them. So that timers that are due together
stay together, the program sees a clock of ours, which goes on while it waits and stands while it
is stopped.
"""

import time

import gdb

# Where a program waits, and (by register) what must hold for that.
WAITS = {
    "epoll_wait": lambda frame: register(frame, "rcx") & 0xffffffff != 0,
    "clock_nanosleep": lambda frame: True,
    "nanosleep": lambda frame: True,
    "pthread_join": lambda frame: True,
    # FUTEX_WAIT and FUTEX_WAIT_BITSET.
    "syscall": lambda frame: (register(frame, "rdi") == 202
                              and register(frame, "rdx") & 0x7f in (0, 9)),
}
# What the program does between two stops, in nanoseconds on its clock.
MOMENT = 10_000
# What takes this long was a wait that we don't know.
LONG = 50_000_000


def register(frame, name):
    return int(frame.read_register(name)) & (1 << 64) - 1


class Clock:
    """The program's time, in nanoseconds since its start: without that of its stops."""

    def __init__(self):
        self.now, self.resumed, self.waiting, self.offset = 0, time.monotonic_ns(), set(), None

    def stopped(self, thread):
        passed = time.monotonic_ns() - self.resumed
        self.now += passed if self.waiting or passed > LONG else MOMENT
        self.waiting.discard(thread)

    def told(self, frame):
        """Puts our time where the program finds the system's: seconds and nanoseconds."""
        told = register(frame, "rax") * 10**9 + (register(frame, "rdx") & 0xffffffff)
        if abs(told - time.monotonic_ns()) > 10**15:
            return  # the time of day
        if self.offset is None:
            self.offset = told - self.now
        seconds, nanoseconds = divmod(self.offset + self.now, 10**9)
        gdb.parse_and_eval(f"$rax = {seconds}")
        gdb.parse_and_eval(f"$rdx = {nanoseconds}")
