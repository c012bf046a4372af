"""Runs a Python program without a tracer from its first step on, and says when that is.

    python -c UNTRACED SOURCE STARTED [ARGUMENT]...

A line on standard output, a mark, says when the program's own code begins: its imports are done
and its functions defined; another one, when it is done. In between nothing is traced. Each tells the
nanoseconds since STARTED on the system's clock: whoever reads it may come late.
"""

import os
import sys
import threading
import time


def mark():
    os.write(1, b"\0%d\n" % (time.monotonic_ns() - started))


def begin():
    sys.settrace(None)
    threading.settrace(None)
    mark()


def call(frame, event, arg):
    """The first step is the one that `recorder.py` tells first."""
    code = frame.f_code
    if code.co_filename != source:
        return None
    if code.co_name == "<module>":
        return module
    if statements.first.get(top.f_lineno, top.f_lineno) not in statements.definitions:
        begin()
    return None


def module(frame, event, arg):
    global top
    top = frame
    first = statements.first.get(frame.f_lineno, frame.f_lineno)
    if event == "line" and statements.works and first not in statements.definitions:
        frame.f_trace = None
        begin()
    return None if sys.gettrace() is None else module


source, started, top = sys.argv[1], int(sys.argv[2]), None
sys.argv = [source, *sys.argv[3:]]
if not sys.flags.safe_path:
    sys.path[0] = os.path.dirname(os.path.realpath(source))
code, statements, names = prepare(source)
sys.settrace(call)
try:
    exec(code, names)
finally:
    sys.stdout.flush()
    mark()
