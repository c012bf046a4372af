"""Flatten: `yield from` hands on what a delegate yields.

Run it: python3 examples/generators/flatten.py
"""


def flatten(parcel):
    """Yields what is in the parcel; returns how many it opened."""
    opened = 1
    for item in parcel:
        # Here Python looks at run time whether an item is a parcel.
        if isinstance(item, list):
            print("  scissors: a parcel inside")
            # Here Python makes a generator like any: on the heap.
            opened += yield from flatten(item)
        else:
            yield item
    return opened


def unpack(parcel):
    """Yields the same, then says what the flattening returned."""
    opened = yield from flatten(parcel)
    print(f"  scissors: {opened} parcels opened")


def main():
    parcel = ["tea", ["cup", ["spoon"]], "honey"]
    for thing in unpack(parcel):
        print(f"anna: takes the {thing}")


main()
