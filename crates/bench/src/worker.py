"""Runs the loops of a file on demand. Reads `LOOP UNITS`, answers `NANOSECONDS RESULT`."""

import asyncio
import inspect
import runpy
import sys
import time

loops = runpy.run_path(sys.argv[1])
with asyncio.Runner() as runner:
    for line in sys.stdin:
        loop, units = line.split()
        function, units = loops[loop], int(units)
        if inspect.iscoroutinefunction(function):
            start = time.thread_time_ns()
            result = runner.run(function(units))
        else:
            start = time.thread_time_ns()
            result = function(units)
        elapsed = time.thread_time_ns() - start
        print(elapsed, result, flush=True)
