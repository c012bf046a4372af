"""Why a coroutine waits, and who has it go on, as asyncio's own objects tell.

What a task waits for shows when its turn is over: each coroutine then knows what it awaits, down to a
future. Who wakes it shows where the loop is asked for its next turn: whoever runs there, or nobody of
the program's, and then it is the loop.
"""

import asyncio
import concurrent.futures
import gc
import os
import threading
import weakref

LOOP = 0  # who is none of the activations
LIBRARY = os.path.dirname(asyncio.__file__)
# asyncio's coroutines, by what one waits for in them. What stands around another one decides.
KINDS = {
    "Event.wait": "event", "Condition.wait": "condition", "Lock.acquire": "lock",
    "Semaphore.acquire": "permit", "Barrier.wait": "barrier",
    "Queue.get": "item", "Queue.put": "room", "to_thread": "thread",
    # Before 3.13, and since.
    "as_completed.<locals>._wait_for_one": "result", "_AsCompletedIterator._wait_for_one": "result",
    "open_connection": "socket", "open_unix_connection": "socket", "start_server": "socket",
    "StreamWriter.drain": "socket", "StreamWriter.wait_closed": "socket",
    "Server.serve_forever": "socket", "Server.wait_closed": "socket",
    "Process.wait": "socket", "Process.communicate": "socket",
    "create_subprocess_exec": "socket", "create_subprocess_shell": "socket",
}
SOCKETS = ("StreamReader.", "BaseSelectorEventLoop.sock_", "BaseEventLoop.create_")


def frame_of(awaited):
    """The frame of a coroutine or a generator that has not ended."""
    for name in ("cr_frame", "ag_frame", "gi_frame"):
        if (frame := getattr(awaited, name, None)) is not None:
            return frame
    return None


def chain(awaited):
    """A coroutine, what it awaits, what that awaits, and so on."""
    for _ in range(1000):
        if awaited is None:
            return
        yield awaited
        for name in ("cr_await", "ag_await", "gi_yieldfrom"):
            if hasattr(awaited, name):
                awaited = getattr(awaited, name)
                break
        else:
            if asyncio.isfuture(awaited):
                return
            # What stands between them, as the steps of an async generator do, does not tell.
            inner = (it for it in gc.get_referents(awaited)
                     if asyncio.isfuture(it) or frame_of(it) is not None)
            awaited = next(inner, None)


def closed_over(function, name):
    """What a function of asyncio's has of the one around it."""
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    if name in names:
        return function.__closure__[names.index(name)].cell_contents
    return None


def task_of(callback):
    """The task whose turn this callback is."""
    owner = getattr(callback, "__self__", None)
    if isinstance(owner, asyncio.Task):
        return owner
    if type(callback).__module__ == "builtins" and "Task" in type(callback).__name__:
        return next((it for it in gc.get_referents(callback) if isinstance(it, asyncio.Task)), None)
    return None


class Reasons:
    def __init__(self, live, new_id, tell):
        # The recorder's activations, by the number of the frame; a new number for one; and how
        # something is told of one.
        self.live, self.new_id, self.tell = live, new_id, tell
        # By task: the number of the first activation in it, from before it starts on.
        self.ids, self.begun = weakref.WeakKeyDictionary(), weakref.WeakSet()
        self.woken, self.holders = weakref.WeakKeyDictionary(), weakref.WeakKeyDictionary()
        # By thread: whose turn it is, who has woken it, and which of its activations have suspended.
        self.turns, self.suspended = {}, {}
        self.watched = {
            asyncio.Handle._run.__code__: self.turn,
            asyncio.BaseEventLoop.call_soon.__code__: self.scheduled,
            asyncio.Lock.acquire.__code__: self.acquires,
        }

    # --- What the library does -----------------------------------------------------------------

    def library(self, frame):
        """A function of a library is called."""
        if watch := self.watched.get(frame.f_code):
            return watch(frame)
        return None

    def turn(self, frame):
        self.end_turn()
        task = task_of(frame.f_locals["self"]._callback)
        by = self.woken.pop(task, None) if task is not None else None
        self.turns[threading.get_ident()] = task, by

    def scheduled(self, frame):
        if (task := task_of(frame.f_locals["callback"])) is not None:
            self.woken[task] = self.runs(frame) or LOOP

    def acquires(self, frame):
        lock = frame.f_locals["self"]

        def returns(frame, event, arg):
            if event == "return" and arg is True and (holder := self.runs(frame)):
                self.holders[lock] = holder
            return returns

        return returns

    # --- What the recorder asks ----------------------------------------------------------------

    def number(self, frame, kind):
        """The number of an activation that starts: one waits for it already if its task is awaited."""
        task = self.task(frame) if kind == "coroutine" else None
        if task is None or task in self.begun:
            return self.new_id()
        self.begun.add(task)
        return self.id_of(task)

    def wakes(self, frame):
        """Who has the activation in this frame go on; nothing where that is not known."""
        caller = self.live.get(id(frame.f_back))
        if caller is not None and caller.kind == "function":
            return caller.id
        return self.turns[threading.get_ident()][1] if self.task(frame) is not None else None

    def suspends(self, activation, frame):
        if self.task(frame) is not None:
            self.suspended.setdefault(threading.get_ident(), []).append((activation, id(frame)))

    # --- What that means -----------------------------------------------------------------------

    def id_of(self, task):
        if task not in self.ids:
            self.ids[task] = self.new_id()
        return self.ids[task]

    def runs(self, frame):
        """The innermost activation that runs in this turn."""
        while frame is not None and frame.f_code is not asyncio.Handle._run.__code__:
            if activation := self.live.get(id(frame)):
                return activation.id
            frame = frame.f_back
        return None

    def task(self, frame):
        """The task in whose turn this frame runs."""
        while frame is not None:
            if frame.f_code is asyncio.Handle._run.__code__:
                return self.turns.get(threading.get_ident(), (None, None))[0]
            frame = frame.f_back
        return None

    def end_turn(self):
        """The turn is over: what its activations wait for has become known."""
        suspended = self.suspended.pop(threading.get_ident(), None)
        task, _ = self.turns.get(threading.get_ident(), (None, None))
        if not suspended or task is None or task.done():
            return
        awaited = list(chain(task.get_coro()))
        frames = [id(frame_of(it)) for it in awaited]
        for activation, frame in suspended:
            if frame in frames and self.live.get(frame) is activation:
                if waits := self.waits(awaited[frames.index(frame) + 1:]):
                    self.tell("waits", activation, waits=waits)

    def waits(self, awaited):
        """What one waits for that awaits this; nothing if that is an activation, or not known."""
        for place, it in enumerate(awaited):
            if asyncio.isfuture(it):
                return self.future(it)
            frame = frame_of(it)
            if frame is None or not frame.f_code.co_filename.startswith(LIBRARY):
                if id(frame) in self.live:
                    return None
                continue
            name, names = frame.f_code.co_qualname, frame.f_locals
            inner = frame_of(awaited[place + 1]) if place + 1 < len(awaited) else None
            if name == "sleep":
                delay = names["delay"]
                return [{"kind": "timer", "text": f"{round(delay, 3):g}"}
                        if delay > 0 else {"kind": "turn"}]
            if name in ("_wait", "wait_for") and id(inner) not in self.live:
                tasks = names["fs"] if name == "_wait" else [names.get("fut")]
                return [wait for it in tasks if asyncio.isfuture(it) for wait in self.future(it)]
            if name.startswith("TaskGroup."):
                return [wait for it in names["self"]._tasks for wait in self.future(it)]
            if name == "Condition.wait" and inner and inner.f_code.co_qualname == "Lock.acquire":
                continue  # notified, it waits for its lock
            kind = "socket" if name.startswith(SOCKETS) else KINDS.get(name)
            if kind == "lock" and (holder := self.holders.get(names["self"])):
                return [{"kind": kind, "of": holder}]
            if kind is not None:
                return [{"kind": kind}]
        return None

    def future(self, future):
        if future.done():
            return []
        if isinstance(future, asyncio.Task):
            frame = frame_of(future.get_coro())
            if frame is not None and frame.f_code.co_filename.startswith(LIBRARY):
                # A task of asyncio's own: what it waits for is waited for here.
                if waits := self.waits(list(chain(future.get_coro()))):
                    return waits
            return [{"kind": "activation", "of": self.id_of(future)}]
        if (children := getattr(future, "_children", None)) is not None:
            return [wait for child in children for wait in self.future(child)]
        for callback, _ in future._callbacks or ():
            # A shield hands on what happens to what is inside, and a thread what it returns.
            if (inner := closed_over(callback, "inner")) is not None and asyncio.isfuture(inner):
                return self.future(inner)
            if isinstance(closed_over(callback, "source"), concurrent.futures.Future):
                return [{"kind": "thread"}]
        return [{"kind": "future"}]
