"""What random programs of async generators use, and who drives them."""


def run_async_generators(source, applies):
    """Runs one program; gives its trace."""
    trace = []
    drops = [0]
    say = trace.append
    loop = VirtualLoop()
    loop.waits_with_requests = False
    loop.applies = applies
    loop.excuse = lambda _: None

    def dropping():
        """Rule `left open`: of a generator that is dropped destructors run alone. Rule `half-way`: a
        step that was cancelled raises where a body waits, and what catches all sees it."""
        cancelled = isinstance(sys.exc_info()[1], asyncio.CancelledError)
        if cancelled and applies("half-way"):
            say("excuse: half-way")
        return drops[0] > 0 and applies("left open")

    def say_at_drop(text):
        dropping()
        say(text)

    async def drop(*generators):
        dropping()
        for generator in generators:
            if generator is None:
                continue
            drops[0] += 1
            try:
                await generator.aclose()
            except BaseException:
                pass
            finally:
                drops[0] -= 1

    def present(generator):
        if generator is None:
            say("nobody there")
        return generator

    def state(generator):
        if hasattr(inspect, "getasyncgenstate"):
            return inspect.getasyncgenstate(generator)[5:]
        # Since 3.12.
        if generator.ag_running:
            return "RUNNING"
        if generator.ag_frame is None:
            return "CLOSED"
        # It stands before its first line.
        return "SUSPENDED" if generator.ag_frame.f_lasti > 5 else "CREATED"

    async def step(awaitable):
        try:
            return True, await awaitable
        except StopAsyncIteration:
            return False, None

    def lent(generator):
        """Rule `left open`: of a body that is dropped, what it has lent somewhere is dropped last, by
        whom it belongs to."""
        return None if dropping() else generator

    async def aclose(generator):
        """Rule `second aclose`: one who ignores its exit is not reached again."""
        if generator is None:
            return
        try:
            await generator.aclose()
        except RuntimeError:
            if applies("second aclose"):
                say("excuse: second aclose")
            raise

    @contextlib.asynccontextmanager
    async def closing(generator):
        try:
            yield
        finally:
            await aclose(generator)

    async def next_within(generator, seconds):
        """Rule `half-way`: a step that was cancelled has ended the body."""
        place = None

        def expire(_):
            nonlocal place
            place = len(trace)

        loop.expired = expire
        try:
            async with asyncio.timeout(seconds):
                return f"yielded {await anext(generator)}"
        except TimeoutError:
            if applies("half-way"):
                trace.insert(place, "excuse: half-way")
            return "timed out"
        finally:
            del loop.expired

    async def take(generator, kind, argument):
        if kind == "next":
            return f"yielded {await anext(generator)}"
        if kind == "next within":
            return await next_within(generator, argument)
        if kind == "start":
            if state(generator) == "SUSPENDED":
                return "already started"
            return f"yielded {await anext(generator)}"
        if kind == "item":
            item = await anext(generator, None)
            return "no more" if item is None else f"item {item}"
        if kind == "send":
            return f"yielded {await generator.asend(argument)}"
        if kind == "throw":
            over = state(generator) == "CLOSED"
            item = await generator.athrow(argument())
            # Rule `late error`: who has ended loses what is thrown in.
            return "it came back" if over and applies("late error") else f"yielded {item}"
        if kind == "close":
            await aclose(generator)
            return "closed"
        return f"state {state(generator)}"

    async def drive(generator, step, raises=False):
        kind, argument = step if isinstance(step, tuple) else (step, None)
        kind = kind.replace("_", " ")
        said = argument.__name__ if isinstance(argument, type) else argument
        say(f"> {kind}" if said is None else f"> {kind} {said}")
        try:
            say(await take(generator, kind, argument))
        except StopAsyncIteration:
            say("StopAsyncIteration")
        except TypeError as error:
            say(f"TypeError: {error}")
        except BaseException as error:
            # An `async for` of ours ends there.
            if kind == "item" and not isinstance(error, Error) and applies("async items"):
                say("no more")
                return
            say(f"raised {name(error)}")
            if raises:
                raise

    async def put_all(generator, queue):
        """What trio's as_safe_channel does."""
        try:
            async for item in generator:
                await queue.put(str(item))
        except Error as error:
            await queue.put(name(error))
        except (GeneratorExit, RuntimeError):
            pass
        await queue.put(None)

    async def through_channel(generator, capacity):
        say(f"> channel {capacity}")
        queue = asyncio.Queue(capacity)
        task = asyncio.create_task(put_all(generator, queue))
        while item := await queue.get():
            say(f"received {item}")
            await asyncio.sleep(2)
        await task
        say("channel over")

    async def take_steps(body, steps):
        generator = body()
        for step in steps:
            if step == "drop":
                break
            if step[0] == "channel":
                await through_channel(generator, step[1])
                say("over")
                return
            await drive(generator, step)
        say("> drop")
        await drop(generator)
        say("over")

    def main(body, steps):
        loop.run_until_complete(take_steps(body, steps))

    names = dict(globals())
    names.update(
        say=say, say_at_drop=say_at_drop, dropping=dropping, drop=drop, lent=lent, present=present,
        drive=drive, main=main, step=step, aclose=aclose, closing=closing,
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
