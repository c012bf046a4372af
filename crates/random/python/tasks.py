"""What random programs of tasks use beside asyncio, and a loop whose time is virtual."""

import asyncio
import asyncio.events
import collections
import collections.abc
import contextlib
import contextvars
import functools
import heapq
import itertools
import logging
import sys

logging.disable()

QueueShutDown = getattr(asyncio, "QueueShutDown", ())
MOST_TASKS = 60


class Error(Exception):
    """What programs raise; the twin of Rust's `Err`."""


class E0(Error):
    pass


class E1(Error):
    pass


class E2(Error):
    pass


class Panic(Exception):
    """The twin of a panic."""


class Stuck(BaseException):
    """Nothing will ever happen again."""


def expires(handle):
    """Whether it is a timeout's."""
    return isinstance(getattr(handle._callback, "__self__", None), asyncio.Timeout)


class NoSockets:
    """What a loop without sockets waits with: it never does."""

    def get_map(self):
        return {}

    def close(self):
        pass


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time is in whole seconds, and passes when nobody is ready. Timers of the same second are due
    in the order of their setting."""

    # Is told whose timeout expires.
    expired = staticmethod(lambda _: None)

    def __init__(self):
        self.now = 0
        self.timers = 0
        self.requests = collections.deque()
        # What is run before the rest of what is ready.
        self.next = collections.deque()
        self.asks = False
        # Whose turn made the requests, and whether one has gone on to what it waits for.
        self.asks_in = None
        self.has_gone_on = False
        # Of whom a request is counted, and goes on to nobody.
        self.counts = None
        super().__init__(NoSockets())

    def time(self):
        return self.now

    def call_at(self, when, callback, *args, context=None):
        self.timers += 1
        # Rule `ties`: a heap would have given any order.
        order = self.timers if self.applies("ties") else -self.timers
        timer = asyncio.events.TimerHandle((when, order), callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def _run_once(self):
        """As asyncio's: what is due gets behind what is ready, then all of that runs once."""
        self.ask()
        timers, ready = self._scheduled, self._ready
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
        if not ready and not self._stopping:
            if not timers:
                raise Stuck
            self.now = max(self.now, timers[0]._when[0])
        due = []
        while timers and timers[0]._when[0] <= self.now:
            timer = heapq.heappop(timers)
            timer._scheduled = False
            if not timer._cancelled:
                due.append(timer)
        ready.extend(due)
        if len({timer._when[0] for timer in due}) < len(due) and any(map(expires, due)):
            self.excuse("ties")
        for _ in range(len(ready)):
            self.next.extend(handles_of(ready.popleft()))
            while self.next:
                handle = self.next.popleft()
                if not handle._cancelled:
                    if expires(handle):
                        task = handle._callback.__self__._task
                        if task.cancelling():
                            self.excuse("expiring")
                        self.expired(task)
                    handle._run()
                    self.ask()

    def ask(self):
        """Rule `cancel`: a request goes on to whom the task waits for when the turn is over. Who is
        woken by it has the place in the queue of the request."""
        self.asks = True
        while self.requests:
            request = self.requests.popleft()
            ready, self._ready = self._ready, request.handles
            self.asks_in = request.made_in
            request.task.deliver(request)
            self._ready = ready
        self.asks_in = None
        self.asks = self.has_gone_on = False

    def _timer_handle_cancelled(self, handle):
        pass

    def _make_self_pipe(self):
        pass

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        pass


class Request:
    """A request to cancel, in the queue of what is ready."""

    def __init__(self, task, reason, came_too_late):
        self.task, self.reason = task, reason
        # Whether what the task waits for had ended by then: here, too, the request reaches the task
        # and nobody else.
        self.came_too_late = came_too_late
        self.made_in = asyncio.current_task(task.get_loop())
        self.handles = collections.deque()


def handles_of(entry):
    return entry.handles if isinstance(entry, Request) else [entry]


# What an older version has not can be given to tasks in Python alone.
NEW = sys.version_info >= (3, 13)


class NumberedTask(asyncio.Task if NEW else asyncio.tasks._PyTask):
    number = None
    in_group = False
    # Its callbacks have run, as those of so many tasks.
    told = 0
    # Its first turn, which its group keeps until there is room for it.
    first_turn = None
    panic_taken = False
    was_asked = False
    # The reason of a request that came when what it waits for had ended, and comes together with that.
    late = None
    # What it waited for when a timeout asked it.
    expired = None
    reason = ()
    was_given_reasons = False
    # Whether the last request had one. (`_cancel_message` is of a request that waits for a turn.)
    was_given_reason = False
    # Whether the request that is delivered came when what the task waits for had ended.
    came_too_late = False
    leaves_group = False
    took_back_reason = False
    # Requests that were made in this turn, and were taken back in it.
    made = 0
    withdrawn = 0

    def cancel(self, msg=None):
        if self.done():
            return False
        loop = self.get_loop()
        if loop.counts not in (None, self):
            return True
        self.was_given_reasons |= msg is not None
        self.was_given_reason = msg is not None
        came_late = self.awaits_ended()
        self.was_asked |= not came_late
        self.late = (() if msg is None else (msg,)) if came_late else None
        if loop.asks:
            # What it waits for has ended in this very turn.
            waiter = self._fut_waiter
            ended = self.awaits_ended() and not self.came_too_late
            if ended:
                loop.excuse("cancel")
            if isinstance(waiter, asyncio.tasks._GatheringFuture) and len(waiter._children) > 1:
                loop.excuse("cancelled gather")
            if self.is_ready_among_several():
                loop.excuse("ready")
            if waiter in loop.promises and len(waiter._callbacks or ()) > 1:
                loop.excuse("promise")
            if self._must_cancel and (msg is not None or self.was_given_reasons):
                loop.excuse("reason")
            return self.ask(msg)
        if self is asyncio.current_task(loop):
            # A group that fails takes a request back, and makes it again without its reason.
            if self.leaves_group and self.took_back_reason and msg is None:
                loop.excuse("reason")
            loop.has_gone_on = True
            return super().cancel(msg)
        if not loop.waits_with_requests:
            return self.ask(msg)
        self.made += 1
        if self._must_cancel and (msg is not None or self.was_given_reasons):
            loop.excuse("reason")
        request = Request(self, msg, self.awaits_ended())
        loop.requests.append(request)
        loop._ready.append(request)
        return True

    def awaits_ended(self):
        return self._fut_waiter is not None and self._fut_waiter.done()

    def is_ready_among_several(self):
        """Rule `ready`: one of those that it waits for together has ended, and has it go on."""
        waiter = self._fut_waiter
        if isinstance(waiter, asyncio.tasks._GatheringFuture):
            tasks = waiter._children
        else:
            tasks = waiter.waiting if isinstance(waiter, Several) else []
        return any(task.done() and not task.told for task in tasks)

    def deliver(self, request):
        self.made -= 1
        if not self.done():
            self.came_too_late = request.came_too_late
            self.cancel(request.reason)
            self.came_too_late = False
            if self.withdrawn:
                self.withdrawn -= 1
                super().uncancel()

    def ask(self, msg):
        self.have_first_turn()
        loop = self.get_loop()
        if self is not loop.asks_in:
            return super().cancel(msg)
        # In asyncio, all that come to it in its own turn go on as one when that is over.
        loop.counts = self if loop.has_gone_on else None
        loop.has_gone_on = True
        super().cancel(msg)
        loop.counts = None
        return True

    def have_first_turn(self):
        if self.first_turn is not None:
            self.get_loop()._ready.append(self.first_turn)
            self.first_turn = None

    def expires(self):
        """Its timeout is about to ask it."""
        self.expired = self._fut_waiter or self

    def cancelling(self):
        # It has been asked by its timeout, and has had no turn since.
        if asyncio.current_task() is self:
            self.expired = None
        waits = self.expired is not None and self.expired is self._fut_waiter
        if waits or self.expired is self and self._must_cancel:
            self.get_loop().excuse("expiring")
        return super().cancelling() + self.made - self.withdrawn

    def uncancel(self):
        self.took_back_reason = self.was_given_reason
        if super().cancelling() == 0 and self.made > self.withdrawn:
            self.withdrawn += 1
        elif super().uncancel() == 0 and not NEW:
            # Since 3.13: the request that was taken back does not come any more.
            self._must_cancel = False
        if not self._must_cancel:
            self.late = None
            self.get_loop().has_gone_on = False
        return self.cancelling()


def numbered_task(loop, coroutine, **options):
    return NumberedTask(coroutine, loop=loop, **options)


def name(error):
    return type(error).__name__


def reason(cancelled):
    return f" {cancelled.args[0]}" if cancelled.args else ""


def outcome_of(result):
    if isinstance(result, asyncio.CancelledError):
        return "Cancelled"
    return name(result) if isinstance(result, Exception) else str(result)


def outcomes(results):
    return " ".join(map(outcome_of, results))


def errors_of(group):
    """Rule `errors`: a panic is no error of the group, but goes on."""
    for error in group.exceptions:
        if isinstance(error, Panic) and asyncio.get_running_loop().applies("errors"):
            raise error
    return outcomes(group.exceptions)


async def join(task, waiting=None):
    """Awaits a task. Rule `failed child`: its group has the error of a child that failed. Rule
    `panic`: the first who awaits a task has its panic, the others panic as well."""
    me = asyncio.current_task()
    try:
        # A request to itself in this turn reaches what it is about to wait for.
        me.was_asked = me._must_cancel
        me.late = None
        return await (waiting or task)
    except (Error, Panic) as error:
        loop = task.get_loop()
        if task.in_group and loop.applies("failed child"):
            raise asyncio.CancelledError from None
        if isinstance(error, Panic):
            if task.panic_taken:
                loop.excuse("panic")
                raise Panic("taken") from None
            task.panic_taken = True
        raise
    except asyncio.CancelledError as error:
        loop = task.get_loop()
        # What shields it may have been cancelled for a reason of its own.
        asked = isinstance(waiting, asyncio.Future) and waiting is not task and me.was_asked
        if task.cancelled() and not asked and loop.applies("reason"):
            task.reason = task.reason or error.args
            error.args = task.reason
            if not error.args and task.was_given_reasons:
                loop.excuse("reason")
        raise


async def outcome(task):
    """A panic is a value for the first who asks, and a panic for the others."""
    try:
        return await join(task)
    except Panic as panic:
        if panic.args:
            raise
        return "Panic"
    except asyncio.CancelledError:
        # A request to the one who asks is no outcome of the task, also if that was cancelled before.
        late = asyncio.current_task().late
        if late is not None:
            raise asyncio.CancelledError(*late) from None
        if not task.cancelled() and not task.in_group:
            raise
        return "Cancelled"
    except Error as error:
        return outcome_of(error)


def numbers(tasks):
    return sorted(task.number for task in tasks)


def reschedule(timeout, delay):
    when = None if delay is None else asyncio.get_running_loop().time() + delay
    try:
        timeout.reschedule(when)
    except RuntimeError:
        return "reschedule refused"
    return "rescheduled"


def set_promise(promise, value):
    try:
        promise.set_result(value)
    except asyncio.InvalidStateError:
        return "promise refused"
    return "promise set"


def release(semaphore):
    try:
        semaphore.release()
    except ValueError:
        return "release refused"
    return "released"


def try_put(queue, item):
    try:
        queue.put_nowait(item)
    except asyncio.QueueFull:
        return "full"
    except QueueShutDown:
        return "shut down"
    return "put"


def try_get(queue):
    try:
        return f"item {queue.get_nowait()}"
    except asyncio.QueueEmpty:
        return "empty"
    except QueueShutDown:
        return "shut down"


def queue_state(queue):
    return f"queue {queue.qsize()} {queue.empty()} {queue.full()}"


def task_done(queue):
    try:
        queue.task_done()
    except ValueError:
        return "too many done"
    return "done"


def run_tasks(source, applies):
    """Runs one program; gives its trace."""
    trace = []
    loop = VirtualLoop()
    loop.waits_with_requests = applies("cancel")
    loop.applies = applies
    loop.excuse = lambda rule: applies(rule) and trace.append(f"excuse: {rule}")
    loop.expired = NumberedTask.expires
    loop.told = 0
    loop.set_task_factory(numbered_task)
    loop.set_exception_handler(lambda *_: None)
    started = []
    slots = [None] * 4
    # Tasks that are waited for together.
    sets = []

    def say(me, text):
        trace.append(f"{me}: {text}")

    def block_for(seconds):
        loop.now += seconds

    def create(script, group=None):
        number = len(started)
        coroutine = to_the_end(script(number, group))
        try:
            task = (group or asyncio).create_task(coroutine)
        except RuntimeError:
            coroutine.close()
            raise
        task.number, task.in_group = number, group is not None
        task.add_done_callback(tell)
        started.append(task)
        return task

    async def to_the_end(coroutine):
        me = asyncio.current_task()
        try:
            return await coroutine
        except asyncio.CancelledError as error:
            me.reason = error.args
            raise
        finally:
            if me._must_cancel:
                loop.excuse("late request")

    def has_room(me, count=1):
        if len(started) + count <= MOST_TASKS:
            return True
        say(me, "enough tasks")

    def spawn(me, slot, script):
        if has_room(me):
            slots[slot] = create(script)
            say(me, f"spawned {slots[slot].number}")

    def group_spawn(me, group, slot, script):
        if group is None:
            say(me, "no group")
        elif has_room(me):
            try:
                task = create(script, group)
            except RuntimeError:
                say(me, "group closed")
            else:
                slots[slot] = task
                say(me, f"spawned {task.number} in the group")

    def start(me, *scripts):
        if has_room(me, len(scripts)):
            return [create(script) for script in scripts]

    def together(tasks):
        """Rule `together`: of tasks that are waited for together, one has ended, and whoever waits
        has not been told yet."""
        if any(task.done() and not task.told for task in tasks):
            loop.excuse("together")

    def tell(task):
        loop.told += 1
        task.told = loop.told
        for tasks in sets:
            if task in tasks:
                together(tasks)

    def as_completed(tasks):
        for next_result in asyncio.as_completed(tasks):
            yield next_result

    async def amap(limit, scripts):
        tasks = Amap(create, limit, scripts, errors_answer=True)
        while task := await tasks.next_end():
            if failed(task):
                break
        await tasks.pass_turn()
        return await join(task) if task else [await join(task) for task in tasks.all]

    def present(me, slot):
        task = slots[slot]
        if task is None:
            say(me, "nobody there")
        return task

    def awaitable(me, slot):
        """Only tasks that were started later are awaited, so that no circle comes of it."""
        task = slots[slot]
        if task is None or task.number <= me:
            say(me, "nobody to await")
            return None
        return task

    def awaitables(me):
        tasks = []
        for task in slots:
            if task is not None and not task.in_group and task not in tasks:
                tasks.append(task)
        if not tasks:
            say(me, "nobody to await")
        return tasks

    async def cancel_all():
        """When nothing happens any more, cancels those who wait, one by one, until all have ended."""
        while not all(task.done() for task in started):
            await asyncio.sleep(1_000_000)
            for task in started:
                if not task.done():
                    trace.append(f"cancel {task.number}")
                    task.cancel()
                    await asyncio.sleep(1_000_000)

    async def keep():
        try:
            await asyncio.sleep(100_000_000)
        except asyncio.CancelledError:
            await cancel_all()

    async def run_to_the_end(script, ends):
        keeper = asyncio.create_task(keep()) if ends == "run" else None
        slots[3] = first = create(script)
        if keeper is None:
            await cancel_all()
        else:
            await asyncio.wait([first], timeout=1_000_000)
        trace.append("main ends")
        return keeper

    def main(script, ends):
        asyncio.set_event_loop(loop)
        keeper = loop.run_until_complete(run_to_the_end(script, ends))
        if keeper is not None:
            # As asyncio.run does, which takes them from a set.
            left = [task for task in [keeper, *started] if not task.done()]
            if not applies("order of the end"):
                left.reverse()
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        trace.append("over")

    async def make_world():
        return dict(
            promises=[loop.create_future() for _ in range(2)],
            events=[asyncio.Event() for _ in range(2)],
            locks=[asyncio.Lock() for _ in range(2)],
            semaphores=[asyncio.Semaphore(1), asyncio.Semaphore(2), asyncio.BoundedSemaphore(1)],
            queues=[asyncio.Queue(1), asyncio.Queue(), asyncio.LifoQueue(2),
                    asyncio.PriorityQueue()],
            condition=(PassingCondition if applies("condition") else asyncio.Condition)(),
            barrier=(PassedBarrier if applies("barrier") else asyncio.Barrier)(2),
            variables=[contextvars.ContextVar(f"variable_{n}", default=None) for n in range(2)],
        )

    async def gather(tasks, **options):
        """Rule `reason`: a gather that was cancelled, and none of its tasks, has no reason to tell."""
        sets.append(tasks)
        try:
            return await asyncio.gather(*tasks, **options)
        except asyncio.CancelledError as error:
            told = error.args or any(task.cancelled() for task in tasks)
            if asyncio.current_task().was_given_reasons and not told:
                loop.excuse("reason")
            raise

    async def wait_for(task, limit):
        # Before 3.12 it was no timeout, but a wait of its own.
        if limit == 0 and applies("wait for no time") or sys.version_info < (3, 12):
            async with asyncio.timeout(limit):
                return await task
        return await asyncio.wait_for(task, limit)

    names = dict(globals(), **loop.run_until_complete(make_world()))
    loop.promises = names["promises"]
    names.update(
        say=say, block_for=block_for, has_room=has_room, spawn=spawn, group_spawn=group_spawn,
        start=start, present=present, awaitable=awaitable, awaitables=awaitables, main=main,
        gather=gather, wait_for=wait_for, as_completed=as_completed,
        amap=amap, Amap=functools.partial(Amap, create),
    )
    try:
        exec(compile(source, "program", "exec", dont_inherit=True), names)
    except Stuck:
        trace.append("stuck")
    loop._ready.clear()
    loop._scheduled.clear()
    result = list(trace)
    loop.close()
    return result


def failed(task):
    return task.done() and (task.cancelled() or task.exception() is not None)


def raised(task):
    return failed(task) and not task.cancelled()


def panicked(task):
    return raised(task) and isinstance(task.exception(), Panic)


class Several:
    """Waits for tasks as futures do that are combined in one: each of them wakes who waits, with no
    callback between, and a request goes to all that have not ended."""

    rule = "foreign"
    _asyncio_future_blocking = False

    def __init__(self, tasks=()):
        self.loop = asyncio.get_running_loop()
        self.task = asyncio.current_task()
        self.waiting = []
        # Those of them that do not know it yet.
        self.unwatched = []
        self.wake = None
        for task in tasks:
            self.watch(task)

    def watch(self, task):
        self.waiting.append(task)
        self.unwatched.append(task)

    def is_over(self):
        return any(task.done() for task in self.waiting)

    async def over(self):
        while not self.is_over():
            if self.loop.applies(self.rule):
                await self
            else:
                left = [task for task in self.waiting if not task.done()]
                await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)

    def ended(self):
        """In the order in which they ended: whoever has not told it yet is going to, in that order."""
        ready = [*self.loop.next, *itertools.chain(*map(handles_of, self.loop._ready))]
        tells = [handle._args[:1] for handle in ready if not handle._cancelled]
        ended = [task for task in self.waiting if task.done()]
        return sorted(ended, key=lambda task: (not task.told, task.told or tells.index((task,))))

    # What a task wants of a future.

    def __await__(self):
        self._asyncio_future_blocking = True
        yield self

    def get_loop(self):
        return self.loop

    def add_done_callback(self, wake, *, context):
        self.wake = wake
        for task in self.unwatched:
            task.add_done_callback(self.look, context=context)
        self.unwatched.clear()

    def look(self, task):
        if self.wake is not None and task in self.waiting and self.is_over():
            wake, self.wake = self.wake, None
            wake(self)

    def done(self):
        """Whether it has been woken."""
        return any(task.done() and not task.told for task in self.waiting)

    def result(self):
        pass

    def reason(self, msg):
        """A task of C keeps the reason to itself, if what it waits for is no future of C."""
        return self.task._cancel_message if msg is None and self.task._must_cancel else msg

    def cancel(self, msg=None):
        msg = self.reason(msg)
        return any([task.cancel(msg) for task in self.waiting])


async def either(tasks):
    """futures-lite's `or`."""
    await Several(tasks).over()
    # A value is there at once; a cancellation goes on when nobody has one.
    return await join(min(filter(NumberedTask.done, tasks), key=NumberedTask.cancelled))


class Both(Several):
    def is_over(self):
        return all(task.done() for task in self.waiting) or any(map(failed, self.waiting))


async def both(tasks):
    """futures-lite's `try_zip`."""
    await Both(tasks).over()
    for task in sorted(filter(failed, tasks), key=NumberedTask.cancelled):
        await join(task)
    one, two = tasks
    return await join(one), await join(two)


class Unordered(Several):
    """futures-buffered's `FuturesUnordered`: gives its tasks as they end."""

    rule = "foreign sets"

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.waiting:
            raise StopAsyncIteration
        await self.over()
        task = min(self.ended(), key=NumberedTask.cancelled)
        self.waiting.remove(task)
        return task


class Amap(Several):
    """Starts a task for each script, so many at once, and gives them as they end."""

    rule = None

    def __init__(self, start, limit, scripts, errors_answer=False):
        super().__init__()
        self.errors_answer = errors_answer
        self.start, self.scripts = start, collections.deque(scripts)
        self.all = []
        # Whoever has ended makes room for the next.
        self.room = limit
        self.asked = None
        self.waited = False

    def is_over(self):
        # Whoever was asked is waited for, unless one has a mistake in it.
        each = any if self.asked is None else all
        return each(task.done() for task in self.waiting) or any(map(panicked, self.waiting))

    def cancel(self, msg=None):
        msg = self.reason(msg)
        if self.asked is None:
            self.asked = () if msg is None else (msg,)
        return any([task.cancel(msg) for task in self.waiting])

    async def next_end(self):
        """The next that has ended; None after the last."""
        while self.scripts and self.room:
            self.room -= 1
            task = self.start(self.scripts.popleft())
            self.all.append(task)
            self.watch(task)
        if not self.waiting:
            return None
        if not self.is_over():
            self.waited = True
            await self.over()
        if self.asked is not None:
            # Another request in this turn changes nothing, as with a gather.
            with contextlib.suppress(asyncio.CancelledError):
                await self.pass_turn()
            raise self.error() or asyncio.CancelledError(*self.asked)
        task = self.ended()[0]
        self.waiting.remove(task)
        self.room += 1
        return task

    def error(self):
        """What the first raised that failed, where that is an answer to a request."""
        answers = raised if self.errors_answer else panicked
        return next((task.exception() for task in self.ended() if answers(task)), None)

    async def pass_turn(self):
        """Who had to wait goes on a turn later, as after a gather."""
        if self.waited:
            self.waited = False
            await asyncio.sleep(0)

    def __aiter__(self):
        return self

    async def __anext__(self):
        task = await self.next_end()
        if task is None:
            raise StopAsyncIteration
        await self.pass_turn()
        return task


class OrderedSet(dict):
    """A set in the order in which things came: that of addresses would be another each time."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


make_group = asyncio.TaskGroup.__init__
leave_group = asyncio.TaskGroup.__aexit__


def make_ordered_group(group):
    make_group(group)
    group._tasks = OrderedSet()


async def leave_group_and_tell(group, *raised):
    if any(task.done() for task in group._tasks):
        asyncio.get_running_loop().excuse("together")
    me = asyncio.current_task()
    me.leaves_group = True
    took_back = group._parent_cancel_requested
    try:
        return await leave_group(group, *raised)
    except BaseExceptionGroup:
        if not NEW:
            # Since 3.13: the group takes its own request back, also one that it made here, and a
            # request from outside comes after the errors.
            if group._parent_cancel_requested and not took_back:
                me.uncancel()
            if me.cancelling():
                me.uncancel()
                me.cancel()
        raise
    finally:
        me.leaves_group = False


asyncio.TaskGroup.__init__ = make_ordered_group
asyncio.TaskGroup.__aexit__ = leave_group_and_tell


class LimitedGroup(asyncio.TaskGroup):
    """At most so many children at once. The others have their first turn when there is room."""

    def __init__(self, limit):
        super().__init__()
        self.limit, self.running = limit, 0
        self.waiting = collections.deque()

    def create_task(self, coroutine):
        child = Child(coroutine, self)
        child.task = task = super().create_task(child)
        if self.running < self.limit:
            self.running += 1
        else:
            # It has just come into the queue.
            task.first_turn = task.get_loop()._ready.pop()
            self.waiting.append(task)
        return task

    def leave(self, task):
        if task in self.waiting:
            self.waiting.remove(task)
        elif self.waiting:
            self.waiting.popleft().have_first_turn()
        else:
            self.running -= 1


class Child(collections.abc.Coroutine):
    """A coroutine that tells its group of its end, also of one before its first turn."""

    def __init__(self, coroutine, group):
        self.coroutine, self.group = coroutine, group

    def step(self, step, *arguments):
        try:
            return step(*arguments)
        except BaseException:
            self.group.leave(self.task)
            raise

    def send(self, value):
        return self.step(self.coroutine.send, value)

    def throw(self, *error):
        return self.step(self.coroutine.throw, *error)

    def close(self):
        self.coroutine.close()

    def __await__(self):
        return self.coroutine.__await__()


class PassingCondition(asyncio.Condition):
    """Rule `condition`: a cancelled waiter passes on a notification that came, and nothing else."""

    async def wait(self):
        waiter = self._get_loop().create_future()
        self.release()
        try:
            try:
                self._waiters.append(waiter)
                try:
                    await waiter
                    return True
                finally:
                    self._waiters.remove(waiter)
            finally:
                cancelled = None
                while True:
                    try:
                        await self.acquire()
                        break
                    except asyncio.CancelledError as error:
                        cancelled = error
                if cancelled is not None:
                    try:
                        raise cancelled
                    finally:
                        cancelled = None
        except BaseException:
            if waiter.done() and not waiter.cancelled():
                # Older than 3.13, it has one name alone.
                getattr(self, "_notify", self.notify)(1)
            raise


class PassedBarrier:
    """Rule `barrier`: whom the last has released has passed; the next begins a new round."""

    def __init__(self, parties):
        self.parties = parties
        self.waiting = []
        self.broken = False

    async def wait(self):
        if self.broken:
            raise asyncio.BrokenBarrierError
        number = len(self.waiting)
        if number + 1 == self.parties:
            self.release(lambda place, waiter: waiter.set_result(place))
            return number
        waiter = asyncio.get_running_loop().create_future()
        self.waiting.append(waiter)
        try:
            return await waiter
        finally:
            if waiter in self.waiting:
                self.waiting.remove(waiter)

    def release(self, end):
        waiting, self.waiting = self.waiting, []
        for place, waiter in enumerate(waiting):
            if not waiter.done():
                end(place, waiter)

    async def reset(self):
        self.broken = False
        self.release(lambda _, waiter: waiter.set_exception(asyncio.BrokenBarrierError()))

    async def abort(self):
        self.broken = True
        self.release(lambda _, waiter: waiter.set_exception(asyncio.BrokenBarrierError()))
