"""A generator pipeline: the file grows, the memory does not.

Run it: python3 examples/generators/constant_memory.py
"""

import subprocess
import tempfile


def write_log(mb):
    # Here Python's file has no name: closed, it is gone.
    log = tempfile.TemporaryFile("w+")
    for n in range(mb * 1024):
        level = "ERROR" if n % 100 == 0 else "INFO"
        log.write(f"{level} {n} {'x' * 1024}\n")
    log.seek(0)
    return log


def read_lines(log):
    for line in log:
        yield line


def errors(lines):
    for line in lines:
        if line.startswith("ERROR"):
            yield line


def peak_kb():
    # Linux knows the peak; elsewhere, what is in use must do.
    ask = "grep -s HWM /proc/$PPID/status || ps -orss= -p$PPID"
    words = subprocess.getoutput(ask).split()
    return next(int(word) for word in words if word.isdigit())


def count_errors(mb):
    before = peak_kb()
    with write_log(mb) as log:
        count = sum(1 for _ in errors(read_lines(log)))
    flat = peak_kb() < before + 4096
    rose = "less" if flat else "more"
    print(f"reader: {count} errors in a log of {mb} MB")
    print(f"memory: the peak rose by {rose} than 4 MB")


count_errors(8)
count_errors(64)
