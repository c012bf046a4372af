"""Nested dolls: a recursive generator, and how deep it may go.

Run it: python3 examples/generators/nested_dolls.py
"""


def dolls(size):
    """Yields a doll, then those inside it."""
    yield size
    if size > 1:
        # Here Python nests a call for each level, up to its limit.
        yield from dolls(size - 1)


def open_all(size):
    """Opens a set; returns how many dolls are open."""
    opened = 0
    try:
        for doll in dolls(size):
            opened += 1
            if size < 10:
                print(f"  doll: {doll} cm")
    except RecursionError:
        # Here Python stops, after some 1,000 levels.
        pass
    return opened


def main():
    print("anna: opens a small set")
    print(f"anna: {open_all(3)} dolls are open")

    print("anna: opens a set of 10000")
    if open_all(10_000) > 900:
        print("anna: more than 900 dolls are open")


main()
