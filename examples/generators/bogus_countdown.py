"""The bogus countdown: `for` and `send` on one generator.

After David Beazley.
Run it: python3 examples/generators/bogus_countdown.py
"""


def countdown(n):
    print(f"  rocket: counting down from {n}")
    while n >= 0:
        new = yield n
        if new is not None:
            n = new
        else:
            n -= 1


def launch():
    seconds = countdown(5)
    for n in seconds:
        print(f"control: {n}")
        if n == 5:
            print("control: skip to 3, please")
            # Here Python lets `send` take an item that `for` never sees.
            seconds.send(3)
    print("control: who has seen the 3?")


launch()
