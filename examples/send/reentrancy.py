"""Re-entrancy: a generator can't be resumed while it runs.

Run it: python3 examples/send/reentrancy.py
"""

from inspect import GEN_CLOSED, getgeneratorstate


def kettle():
    switch_off = yield "cold"
    print("  kettle: boils, and presses its own switch")
    # Here Python raises where the generator is running already.
    try:
        switch_off()
    except ValueError as error:
        print(f"  kettle: {error}")
    yield "hot"


def main():
    shared = kettle()
    next(shared)
    # Here Python's method is a second handle, like any name.
    switch_off = shared.close
    print("cook: gives the kettle its own switch")
    water = shared.send(switch_off)
    print(f"cook: the water is {water}, I press the switch")
    switch_off()
    if getgeneratorstate(shared) == GEN_CLOSED:
        print("cook: the kettle is off")


main()
