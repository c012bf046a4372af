"""grep: a consumer, primed once, then sent line after line.

Run it: python3 examples/send/grep.py
"""

from functools import wraps


def consumer(function):
    """Primes: what the function makes waits at its first yield."""

    @wraps(function)
    def primed(*args):
        generator = function(*args)
        next(generator)
        return generator

    return primed


# Here Python primes by a decorator, in front of the function.
@consumer
def grep(pattern):
    print(f"  grep: looks for '{pattern}'")
    found = 0
    while True:
        line = yield
        if pattern in line:
            found += 1
            print(f"  grep: {found}. {line}")


def main():
    damaged = grep("damaged")
    for line in [
        "parcel 11: delivered",
        "parcel 12: damaged in the rain",
        "parcel 13: sent back",
        "parcel 14: damaged, opened",
    ]:
        print(f"clerk: {line}")
        damaged.send(line)


main()
