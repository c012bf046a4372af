"""Start before send: a value needs a `yield` that waits for it.

Run it: python3 examples/send/start_before_send.py
"""


def scale():
    print("  scale: switched on")
    weight = yield
    print(f"  scale: shows {weight} kg")
    yield


parcel = scale()
try:
    # Here Python raises the error, and the 7 is lost.
    parcel.send(7)
except TypeError as error:
    print(f"clerk: send(7) failed: {error}")
print("clerk: next, up to the first yield")
next(parcel)
print("clerk: send(7) once more")
parcel.send(7)
