"""A log by blocks of whole lines, and what a line says."""

import os
from itertools import pairwise


def pieces(path, many):
    """Cuts the file into pieces of about the same size, at ends of lines."""
    size = os.path.getsize(path)
    cuts = [0]
    with open(path, "rb") as log:
        for piece in range(1, many):
            log.seek(size * piece // many)
            log.readline()
            cuts.append(log.tell())
    return pairwise([*cuts, size])


def blocks(path, start, end):
    """Yields a piece by blocks of some 64 kB, each of whole lines."""
    with open(path, "rb") as log:
        log.seek(start)
        while start < end:
            block = log.read(min(65_536, end - start))
            if not block:
                break  # the file is shorter by now
            if not block.endswith(b"\n"):
                block += log.readline()
            start += len(block)
            yield block.removesuffix(b"\n").decode(errors="replace")


def parse(line):
    """The status and the path of a request, or twice "-": logs write
    that for what is not there."""
    # … "GET /tea HTTP/1.1" 200 512 …
    try:
        _, request, answer = line.split('"', 2)
        return answer.split(" ", 2)[1], request.split(" ", 2)[1]
    except (ValueError, IndexError):
        return "-", "-"
