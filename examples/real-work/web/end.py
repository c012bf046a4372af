"""What went wrong, in one line."""

import sys
from contextlib import contextmanager
from signal import SIG_IGN, SIGINT, signal


@contextmanager
def end():
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("big_logs: interrupted by Ctrl-C")
    except (OSError, ValueError) as error:
        sys.exit(f"big_logs: {error}")


def leave_ctrl_c():
    """In a process of the pool: Ctrl-C is for the one that made it."""
    signal(SIGINT, SIG_IGN)
