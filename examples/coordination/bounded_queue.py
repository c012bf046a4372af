"""A bounded queue: one producer, two consumers, back-pressure.

Run it: python3 examples/coordination/bounded_queue.py
"""

import asyncio


async def waiter(rail):
    for order in range(1, 7):
        if rail.full():
            print(f"waiter: no room for order {order}, waits")
        # Here Python raises QueueShutDown then, since 3.13.
        await rail.put(order)
        print(f"waiter: hangs up order {order}")


async def cook(name, pace, rail):
    while True:
        order = await rail.get()
        print(f"  {name}: takes order {order}")
        await asyncio.sleep(pace)
        print(f"  {name}: serves order {order}")
        rail.task_done()


async def kitchen():
    # A rail with room for two orders.
    rail = asyncio.Queue(2)
    async with asyncio.TaskGroup() as cooks:
        anna = cooks.create_task(cook("anna", 0.2, rail))
        boris = cooks.create_task(cook("boris", 0.5, rail))
        await waiter(rail)
        print(f"kitchen: {rail.qsize()} orders left on the rail")
        # Not until the rail is empty: until all are served.
        await rail.join()
        print("kitchen: all served, the cooks go home")
        anna.cancel()
        boris.cancel()


asyncio.run(kitchen())
