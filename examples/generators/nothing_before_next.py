"""A generator: nothing runs until `next`, then up to the `yield`.

Run it: python3 examples/generators/nothing_before_next.py
"""


def countdown(start):
    print("  countdown: begins")
    for number in range(start, 0, -1):
        print(f"  countdown: yields {number}")
        yield number
        print(f"  countdown: goes on after {number}")
    print("  countdown: ends")


numbers = countdown(2)
print("main: called countdown, and not a line of it ran")
for _ in range(3):
    print("main: next")
    # Here Python would raise at the end, but for the None.
    print(f"main: got {next(numbers, None)}")
