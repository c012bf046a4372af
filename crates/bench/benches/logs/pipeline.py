"""The pipeline as Python writes it: python3 pipeline.py PATTERN FOLDER"""

import os
import sys


def find(top):
    for folder, _, names in os.walk(top):
        for name in names:
            if name.endswith(".log"):
                yield os.path.join(folder, name)


def open_all(paths):
    for path in paths:
        with open(path, "rb") as file:
            yield file


def cat(files):
    for file in files:
        yield from file


def grep(pattern, lines):
    for line in lines:
        if pattern in line:
            yield line


pattern, top = sys.argv[1:]
print(sum(1 for _ in grep(pattern.encode(), cat(open_all(find(top))))))
