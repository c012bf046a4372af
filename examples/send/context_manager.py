"""A context manager: a generator wraps a block of its caller.

Run it: python3 examples/send/context_manager.py
"""

from contextlib import contextmanager


class Burnt(Exception):
    pass


@contextmanager
def oven(degrees):
    print(f"  oven: on, {degrees} degrees")
    try:
        yield degrees
    # Here Python enters both, wherever the block has failed.
    except Burnt as burnt:
        print(f"  oven: opens the window, {burnt}")
    finally:
        print("  oven: off")


def bake(dish, most):
    with oven(220) as degrees:
        print(f"cook: puts the {dish} in")
        if degrees > most:
            raise Burnt(f"the {dish} is burnt")
        print(f"cook: takes the {dish} out")
        return
    print("cook: starts again")


def main():
    bake("bread", most=230)
    bake("pie", most=200)
    print("cook: goes home")


main()
