"""A generator that asks another: whose end is it?

Run it: python3 examples/generators/stop_iteration.py
"""


def shelf():
    yield from ["left", "right", "left"]
    print("  shelf: that was the last")


def pairs(shoes):
    while True:
        # Here Python's `next` raises StopIteration at the end: it
        # must not get out of here as our own end (PEP 479).
        yield next(shoes), next(shoes)


def pairs_to_the_end(shoes):
    for shoe in shoes:
        other = next(shoes, None)
        if other is None:
            print(f"  packer: a {shoe} one is left over")
            return
        yield shoe, other


def sell(pairs):
    try:
        for shoe, other in pairs:
            print(f"seller: a {shoe} and a {other} one")
        print("seller: all are sold")
    except RuntimeError:
        print("seller: the packer has failed")


def main():
    print("seller: a packer who counts on a full shelf")
    sell(pairs(shelf()))
    print("seller: a packer who looks for the end")
    sell(pairs_to_the_end(shelf()))


main()
