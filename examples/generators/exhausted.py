"""Exhausted: a generator serves once, a function again and again.

Run it: python3 examples/generators/exhausted.py
"""


def delivery():
    for ware in ["tea", "cups", "honey"]:
        print(f"  van: unloads {ware}")
        yield ware


def count(wares):
    return sum(1 for _ in wares)


def unpack(wares):
    found = False
    for ware in wares:
        print(f"boris: unpacks {ware}")
        found = True
    if not found:
        print("boris: nothing there")


def main():
    print("anna: one van for both")
    wares = delivery()
    # Here Python says nothing to a generator that is used up.
    print(f"anna: counts {count(wares)}")
    unpack(wares)
    print("anna: a van for each")
    print(f"anna: counts {count(delivery())}")
    unpack(delivery())


main()
