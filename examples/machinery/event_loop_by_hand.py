"""An event loop by hand: who is ready, and whom to wake when.

Run it: python3 examples/machinery/event_loop_by_hand.py
"""

from collections import deque
from types import coroutine


# Here Python hands the loop what is waited for: it yields it.
@coroutine
def minutes(count):
    yield count


async def brew(tea, steeping):
    print(f"  {tea}: leaves in")
    await minutes(steeping)
    print(f"  {tea}: ready")


def main():
    now = 0
    alarms = []
    teas = [brew("black", 4), brew("green", 3), brew("red", 4)]
    ready = deque(teas)
    while True:
        while ready:
            task = ready.popleft()
            try:
                # Runs the task to its next wait.
                count = task.send(None)
            except StopIteration:
                continue
            alarms.append((now + count, task))
        if not alarms:
            break
        now = min(time for time, _ in alarms)
        print(f"loop: nobody is ready, on to minute {now}")
        ready.extend(task for time, task in alarms if time == now)
        alarms = [alarm for alarm in alarms if alarm[0] > now]


main()
