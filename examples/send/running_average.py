"""A running average: readings in, averages out, a count returned.

Run it: python3 examples/send/running_average.py
"""


def running_average():
    """Yields the average so far; returns how many it took."""
    average = total = count = 0
    while (reading := (yield average)) is not None:
        print(f"  thermometer: {reading} °C")
        total += reading
        count += 1
        average = total / count
    print("  thermometer: off")
    return count


def main():
    thermometer = running_average()
    # Here Python's first next is a send(None), as each next is.
    next(thermometer)
    for reading in [18, 21, 27, None]:
        # Here Python raises StopIteration, the count in it.
        try:
            average = thermometer.send(reading)
        except StopIteration as stop:
            print(f"cook: that was the average of {stop.value}")
        else:
            print(f"cook: {average:.1f} °C on average")


main()
