"""A shared printer: two consumers send to one and the same third.

Run it: python3 examples/send/shared_printer.py
"""


def printer():
    number = 0
    while True:
        line = yield
        number += 1
        print(f"  printer: {number}. {line}")


def grep(pattern, target):
    while True:
        line = yield
        if pattern in line:
            line = f"{pattern}! {line}"
            # Here Python learns by sending if it is free.
            target.send(line)


def broadcast(targets):
    for target in targets:
        next(target)
    while True:
        line = yield
        for target in targets:
            target.send(line)


def main():
    # Here Python shares whatever has a name: both greps hold it.
    shared = printer()
    next(shared)
    clerk = broadcast([grep("glass", shared), grep("Oslo", shared)])
    next(clerk)
    for line in ["books to Oslo", "glass to Rome", "glass to Oslo"]:
        print(f"clerk: {line}")
        clerk.send(line)


main()
