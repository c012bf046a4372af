"""`throw`: an error raised at the `yield`; some are mended there.

Run it: python3 examples/generators/throw_and_recovery.py
"""


class OutOfPaper(Exception):
    pass


class PowerCut(Exception):
    pass


def printer():
    page = 1
    while True:
        # Here Python catches one kind, and all others pass.
        try:
            yield f"page {page}"
            page += 1
        except OutOfPaper:
            print("  printer: takes new paper")


def office():
    pages = printer()
    print(f"clerk: {next(pages)}")
    print(f"clerk: {next(pages)}")
    print("clerk: that one is blank, the paper is out")
    print(f"clerk: {pages.throw(OutOfPaper())}")
    print(f"clerk: {next(pages)}")
    try:
        pages.throw(PowerCut("no power"))
    except PowerCut as error:
        print(f"clerk: it gave up: {error}")
    print(f"clerk: {next(pages, 'no more pages')}")


office()
