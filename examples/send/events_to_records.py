"""Events become records: the state is where the code has paused.

Run it: python3 examples/send/events_to_records.py
"""

EVENTS = """
    <parcel> <to> Anna Berg </to> <grams> 300 </grams> </parcel>
    noise <parcel> <grams> 5000 </grams> <to> Boris </to> </parcel>
"""


def records():
    """Takes words one by one; yields a parcel when it is complete."""
    parcel = None
    while True:
        while (yield parcel) != "<parcel>":
            parcel = None
        parcel = {}
        while (tag := (yield)) != "</parcel>":
            field, words = tag.strip("<>"), []
            while (word := (yield)) != f"</{field}>":
                words.append(word)
            parcel[field] = " ".join(words)


def main():
    parser = records()
    # Here Python sends None, to come to the first yield.
    next(parser)
    for event in EVENTS.split():
        print(f"scanner: {event}")
        if parcel := parser.send(event):
            print(f"  clerk: {parcel['grams']} g to {parcel['to']}")


main()
