"""Throw: an error raised where the body waits, which may recover.

Run it: python3 examples/send/throw_and_recovery.py
"""

from itertools import islice


class PaperJam(Exception):
    """The page must be printed again."""


class OutOfInk(Exception):
    """Nothing can be printed any more."""


def printer(pages):
    page = 1
    while page <= pages:
        # Here Python catches around the yield; the rest passes.
        try:
            yield page
        except PaperJam:
            print(f"  printer: clears page {page}")
        else:
            page += 1


def main():
    job = printer(4)
    for page in islice(job, 2):
        print(f"clerk: gets page {page}")
    for trouble in [PaperJam, OutOfInk]:
        print(f"clerk: reports {trouble.__name__}")
        # Here Python's throw returns the next page, or raises.
        try:
            page = job.throw(trouble)
        except OutOfInk:
            print("clerk: the job has ended")
        else:
            print(f"clerk: gets page {page}")
    print(f"clerk: {len(list(job))} pages to come")


main()
