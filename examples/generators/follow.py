"""Follow a file that grows, as `tail -f` does.

Run it: python3 examples/generators/follow.py
"""

import os
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep


def follow(file):
    """Yields each line of the file when it is whole, for ever."""
    line = ""
    while True:
        line += file.readline()
        if line.endswith("\n"):
            yield line
            line = ""
        else:
            sleep(0.01)  # no line yet


def waiter(path):
    for text in ["soup\n", "te", "a\n"]:
        sleep(0.2)
        print(f"waiter: writes {text!r}")
        with open(path, "a") as file:
            file.write(text)


def cook(file):
    for order in islice(follow(file), 2):
        print(f"  cook: makes {order.rstrip()}")


def main():
    with TemporaryDirectory() as folder:
        path = Path(folder, "orders")
        path.write_text("bread\n")
        with open(path) as file:
            file.seek(0, os.SEEK_END)
            # Here Python shares the path, and joins by hand.
            thread = Thread(target=waiter, args=[path])
            thread.start()
            cook(file)
            thread.join()
    print("main: kitchen closed")


main()
