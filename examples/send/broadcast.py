"""Broadcast: one source, several consumers with their own state.

Run it: python3 examples/send/broadcast.py
"""


def alarm(limit):
    while True:
        degrees = yield
        if degrees > limit:
            print(f"  alarm: warmer than {limit} °C!")


def record():
    warmest = yield
    while True:
        degrees = yield
        if degrees > warmest:
            print(f"  record: up from {warmest} °C")
            warmest = degrees


def broadcast(targets):
    for target in targets:
        next(target)
    while True:
        degrees = yield
        for target in targets:
            target.send(degrees)


def main():
    # Here Python has one type for all generators: a list takes any.
    fridge = broadcast([alarm(7), record()])
    next(fridge)
    for degrees in [4, 6, 9, 5]:
        print(f"fridge: {degrees} °C")
        fridge.send(degrees)


main()
