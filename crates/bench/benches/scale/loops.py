"""The ways under asyncio, in the order of the three modules beside this file."""

import asyncio
import itertools

HOUR = 3600
SHORT = 0.001
PERMITS = 8
STRIDE = 7919


async def started(waiters):
    """Tasks that have had their first turn: all wait."""
    tasks = [asyncio.create_task(waiter) for waiter in waiters]
    await asyncio.sleep(0)
    return tasks


async def total(tasks):
    return sum([await task for task in tasks])


async def cancelled(tasks):
    """The indices of those that were cancelled, added up."""
    sum = 0
    for index, task in enumerate(tasks):
        try:
            await task
        except asyncio.CancelledError:
            sum += index
    return sum


async def forever():
    await asyncio.get_running_loop().create_future()


# waiting.rs: what wakes those who wait.


async def event_set(units):
    event = asyncio.Event()

    async def waiter(index):
        await event.wait()
        return index

    tasks = await started(waiter(index) for index in range(units))
    event.set()
    return await total(tasks)


async def lock_handover(units):
    lock, places = asyncio.Lock(), itertools.count()

    async def waiter(index):
        async with lock:
            return index * next(places)

    await lock.acquire()
    tasks = await started(waiter(index) for index in range(units))
    lock.release()
    return await total(tasks)


async def semaphore_handover(units):
    semaphore, places = asyncio.Semaphore(PERMITS), itertools.count()

    async def waiter(index):
        async with semaphore:
            place = next(places)
            await asyncio.sleep(0)
            return index * place

    tasks = await started(waiter(index) for index in range(units))
    return await total(tasks)


async def condition_notify_all(units):
    condition, places = asyncio.Condition(), itertools.count()

    async def waiter(index):
        async with condition:
            await condition.wait()
            return index * next(places)

    tasks = await started(waiter(index) for index in range(units))
    async with condition:
        condition.notify_all()
    return await total(tasks)


async def condition_notify_each(units):
    condition, places = asyncio.Condition(), itertools.count()

    async def waiter(index):
        async with condition:
            await condition.wait()
            condition.notify(1)
            return index * next(places)

    tasks = await started(waiter(index) for index in range(units))
    async with condition:
        condition.notify(1)
    return await total(tasks)


async def barrier(units):
    barrier = asyncio.Barrier(units)

    async def waiter():
        return await barrier.wait()

    tasks = await started(waiter() for _ in range(units))
    return await total(tasks)


async def queue_getters(units):
    queue = asyncio.Queue()

    async def waiter(index):
        return index * await queue.get()

    tasks = await started(waiter(index) for index in range(units))
    for item in range(units):
        await queue.put(item)
    return await total(tasks)


async def queue_putters(units):
    queue = asyncio.Queue(1)

    async def waiter(index):
        await queue.put(index)
        return index

    tasks = await started(waiter(index) for index in range(units))
    sum = 0
    for place in range(units):
        sum += place * await queue.get()
    return sum + await total(tasks)


async def queue_join(units):
    queue = asyncio.Queue()

    async def waiter(index):
        await queue.join()
        return index

    await queue.put("work")
    tasks = await started(waiter(index) for index in range(units))
    queue.task_done()
    return await total(tasks)


async def promise_set(units):
    promise = asyncio.get_running_loop().create_future()

    async def waiter(index):
        return index * await promise

    tasks = await started(waiter(index) for index in range(units))
    promise.set_result(2)
    return await total(tasks)


async def task_joined_by_many(units):
    event = asyncio.Event()

    async def work():
        await event.wait()
        return 2

    joined = asyncio.create_task(work())

    async def waiter(index):
        return index * await joined

    tasks = await started(waiter(index) for index in range(units))
    event.set()
    return await total(tasks)


async def tasks_joined_in_a_chain(units):
    event = asyncio.Event()

    async def first():
        await event.wait()
        return 0

    async def link(before):
        return await before + 1

    task = asyncio.create_task(first())
    for _ in range(units):
        task = asyncio.create_task(link(task))
    await asyncio.sleep(0)
    event.set()
    return await task


# together.rs: one waits for many.


def relay(units):
    """Coroutines that end one by one: each is woken by the one before it, the first after a turn,
    in which all others begin to wait."""
    loop = asyncio.get_running_loop()

    async def runner(index, mine, next):
        await (mine or asyncio.sleep(0))
        next.set_result(None)
        return index

    mine = None
    for index in range(units):
        next = loop.create_future()
        yield runner(index, mine, next)
        mine = next


async def wait_all(units):
    tasks = [asyncio.create_task(runner) for runner in relay(units)]
    done, _ = await asyncio.wait(tasks)
    return sum(task.result() for task in done)


async def wait_first(units):
    event = asyncio.Event()

    async def waiter(index):
        if index < units - 1:
            await event.wait()
        return index

    tasks = [asyncio.create_task(waiter(index)) for index in range(units)]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    event.set()
    await total(pending)
    return len(done) * sum(task.result() for task in done)


async def as_completed(units):
    tasks = [asyncio.create_task(runner) for runner in relay(units)]
    sum = 0
    for next in asyncio.as_completed(tasks):
        sum += await next
    return sum


async def gather_tasks(units):
    return sum(await asyncio.gather(*(asyncio.create_task(runner) for runner in relay(units))))


async def gather_futures(units):
    # Here they are tasks, too.
    return sum(await asyncio.gather(*relay(units)))


async def group_ends(units):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(runner) for runner in relay(units)]
    return sum(task.result() for task in tasks)


# cancelling.rs: waiters are cancelled, or give up.


async def cancel_each(units):
    event = asyncio.Event()
    tasks = await started(event.wait() for _ in range(units))
    for task in tasks:
        task.cancel()
    return await cancelled(tasks)


async def cancel_sleepers(units):
    tasks = await started(asyncio.sleep(HOUR) for _ in range(units))
    for task in tasks:
        task.cancel()
    return await cancelled(tasks)


async def cancel_chain(units):
    async def link(before):
        await before

    tasks = [asyncio.create_task(forever())]
    for _ in range(1, units):
        tasks.append(asyncio.create_task(link(tasks[-1])))
    await asyncio.sleep(0)
    tasks[-1].cancel()
    return await cancelled(tasks)


class Failed(Exception):
    pass


async def group_fails(units):
    tasks = []
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(units):
                tasks.append(group.create_task(forever()))
            await asyncio.sleep(0)
            raise Failed
    except* Failed:
        pass
    return await cancelled(tasks)


async def cancel_groups(units, children):
    """Cancels the outermost of groups, one in each task. Gives how many ended."""
    all_started = asyncio.get_running_loop().create_future()
    begun = ended = 0

    async def member(index):
        nonlocal begun, ended
        try:
            async with asyncio.TaskGroup() as group:
                for child in children(index):
                    if child < units:
                        group.create_task(member(child))
                begun += 1
                if begun == units:
                    all_started.set_result(None)
                await forever()
        finally:
            ended += 1

    outermost = asyncio.create_task(member(0))
    await all_started
    outermost.cancel()
    await cancelled([outermost])
    return ended


async def cancel_group_tree(units):
    return await cancel_groups(units, lambda index: [2 * index + 1, 2 * index + 2])


async def cancel_group_chain(units):
    return await cancel_groups(units, lambda index: [index + 1])


async def timeouts_in_time(units):
    event = asyncio.Event()

    async def waiter(index):
        async with asyncio.timeout(HOUR):
            await event.wait()
        return index

    tasks = await started(waiter(index) for index in range(units))
    event.set()
    return await total(tasks)


async def timeouts_expire(units):
    async def waiter(index):
        try:
            async with asyncio.timeout(SHORT):
                await forever()
        except TimeoutError:
            return index

    tasks = await started(waiter(index) for index in range(units))
    return await total(tasks)


def end_of_run(units):
    sum = 0

    async def waiter(index):
        nonlocal sum
        try:
            await asyncio.sleep(HOUR)
        finally:
            sum += index

    async def main():
        tasks.extend(await started(waiter(index) for index in range(units)))

    tasks = []
    asyncio.run(main())
    return sum


def scattered(tasks):
    """All of them, far from the order in which they came."""
    return (tasks[index * STRIDE % len(tasks)] for index in range(len(tasks)))


async def give_up(waiters):
    tasks = await started(waiters)
    for task in scattered(tasks):
        task.cancel()
    return await cancelled(tasks)


async def event_given_up(units):
    event = asyncio.Event()
    return await give_up(event.wait() for _ in range(units))


async def lock_given_up(units):
    lock = asyncio.Lock()
    await lock.acquire()
    return await give_up(lock.acquire() for _ in range(units))


async def condition_given_up(units):
    condition = asyncio.Condition()

    async def waiter():
        async with condition:
            await condition.wait()

    return await give_up(waiter() for _ in range(units))


async def barrier_given_up(units):
    barrier = asyncio.Barrier(units + 1)
    return await give_up(barrier.wait() for _ in range(units))


async def getters_given_up(units):
    queue = asyncio.Queue()
    return await give_up(queue.get() for _ in range(units))


async def putters_given_up(units):
    queue = asyncio.Queue(1)
    await queue.put(0)
    return await give_up(queue.put(1) for _ in range(units))


async def shields_given_up(units):
    event = asyncio.Event()
    shielded = asyncio.create_task(event.wait())

    async def waiter():
        await asyncio.shield(shielded)

    sum = await give_up(waiter() for _ in range(units))
    event.set()
    await shielded
    return sum


async def waits_given_up(units):
    event = asyncio.Event()
    shared = asyncio.create_task(event.wait())

    async def waiter():
        await asyncio.wait([shared])

    sum = await give_up(waiter() for _ in range(units))
    event.set()
    await shared
    return sum
