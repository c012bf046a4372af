"""A trampoline: generators call each other, and no stack grows.

Run it: python3 examples/machinery/trampoline.py
"""


def handshakes(guests):
    """The last guest shakes hands with all who came before."""
    # Here Python yields a generator as it yields any object.
    if guests == 0:
        return 0
    before = yield handshakes(guests - 1)
    return before + guests - 1


def trampoline(call):
    """Runs a call, and whatever it calls, one step at a time."""
    callers = []
    deepest = 0
    answer = None
    while True:
        try:
            # Here Python starts a generator by sending it None.
            called = call.send(answer)
        except StopIteration as stop:
            answer = stop.value
            if not callers:
                break
            call = callers.pop()
        else:
            callers.append(call)
            deepest = max(deepest, len(callers))
            call, answer = called, None
    print(f"trampoline: {deepest} callers waited at once")
    return answer


def main():
    for guests in [4, 2_000]:
        print(f"host: {guests} guests come in")
        print(f"host: {trampoline(handshakes(guests))} handshakes")


main()
