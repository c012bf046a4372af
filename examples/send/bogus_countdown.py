"""A bogus countdown: to loop over a generator and also send.

Run it: python3 examples/send/bogus_countdown.py
"""


def countdown(minutes):
    while minutes > 0:
        wound = yield minutes
        minutes = minutes - 1 if wound is None else wound


def bogus():
    timer = countdown(5)
    # Here Python loops, and the loop sends None behind our back.
    for left in timer:
        print(f"bogus cook: {left} min left")
        if left == 5:
            print("bogus cook: winds it back to 3")
            # Here Python hands out the 3, and nobody takes it.
            timer.send(3)


def better():
    timer = countdown(5)
    left = next(timer, None)
    while left is not None:
        print(f"better cook: {left} min left")
        if left == 5:
            print("better cook: winds it back to 3")
            left = timer.send(3)
        else:
            left = next(timer, None)


def main():
    bogus()
    better()


main()
