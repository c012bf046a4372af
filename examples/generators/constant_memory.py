"""A generator pipeline: the file grows, the memory does not.

Run it: python3 examples/generators/constant_memory.py
"""

import os
import re
import tempfile
from pathlib import Path
from subprocess import check_output


def write_log(mb):
    # Here Python has it in its library. Closed, it is gone.
    log = tempfile.TemporaryFile("w+")
    for n in range(mb * 16):
        level = "ERROR" if n % 10 == 0 else "INFO"
        log.write(f"{level} {n} {'x' * 65_536}\n")
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
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])
    return int(check_output(["ps", "-orss=", f"-p{os.getpid()}"]))


def count_errors(mb):
    before = peak_kb()
    with write_log(mb) as log:
        count = sum(1 for _ in errors(read_lines(log)))
    flat = peak_kb() < before + 4096
    rose = "less" if flat else "more"
    print(f"reader: {count} errors in a log of {mb} MB")
    print(f"memory: the peak rose by {rose} than 4 MB")


for mb in [8, 64]:
    count_errors(mb)
