"""A pipeline of generators: bytes sent, out of rotated logs.

Run it: python3 examples/generators/log_pipeline.py
"""

import gzip
import os
from pathlib import Path
from tempfile import TemporaryDirectory

LOGS = {
    "access.log.1.gz": "GET /tea 512\nGET /pot 64\nGET /tea 512\n",
    "access.log.2.gz": "GET /pot 64\nGET /tea 2048\n",
    "access.log.3.gz": "GET /tea 1024\n",
}


# Here Python has gzip in its standard library.
def write_logs(folder):
    for name, text in LOGS.items():
        with gzip.open(folder / name, "wt") as log:
            log.write(text)


# Here Python raises an error through all stages at once.
def find(folder):
    for name in sorted(os.listdir(folder)):
        print(f"find: {name}")
        yield folder / name


def open_logs(paths):
    return (gzip.open(path, "rt") for path in paths)


def cat(logs):
    for log in logs:
        with log:
            yield from log


def grep(word, lines):
    return (line for line in lines if word in line)


def main():
    with TemporaryDirectory() as folder:
        write_logs(Path(folder))
        lines = cat(open_logs(find(Path(folder))))
        print("main: nothing read so far")
        total = 0
        for line in grep("/tea", lines):
            print(f"  main: {line.rstrip()}")
            total += int(line.split()[-1])
    print(f"main: {total} bytes of tea")


main()
