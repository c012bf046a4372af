"""`close`: a generator that is left early cleans up.

Run it: python3 examples/generators/close_and_finally.py
"""


def oven():
    print("  oven: on")
    # Here Python cleans up in a `finally` around the `yield`.
    try:
        for degrees in range(100, 300, 50):
            yield degrees
    finally:
        print("  oven: off")


def bake():
    heat = oven()
    print(f"cook: {next(heat)} degrees")
    heat.close()
    print("cook: closed it, half-way")
    print(f"cook: asked again: {next(heat, 'cold')}")


def change_plans():
    heat = oven()
    heat.close()
    print("cook: closed it before it was on")


def forget():
    heat = oven()
    print(f"cook: {next(heat)} degrees, and I forget about it")


bake()
change_plans()
forget()
print("cook: and still it is off")
