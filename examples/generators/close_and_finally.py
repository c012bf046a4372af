"""Close: a generator that is left early cleans up.

Run it: python3 examples/generators/close_and_finally.py
"""


def oven():
    print("  oven: on")
    # Here Python cleans up in a finally, around the yields.
    try:
        for dish in ["bread", "pie"]:
            yield dish
    finally:
        print("  oven: off")


def main():
    print("cook: takes all")
    for dish in oven():
        print(f"cook: has the {dish}")

    print("cook: closes it early")
    closed = oven()
    print(f"cook: has the {next(closed)}")
    closed.close()

    print("cook: forgets it")
    forgotten = oven()
    print(f"cook: has the {next(forgotten)}")
    # Here Python closes it too: CPython, when nobody refers to it.
    del forgotten

    print("cook: never turns it on")
    never = oven()
    never.close()
    print("cook: goes home")


main()
