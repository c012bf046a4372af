"""What random programs of generators use, and who drives them."""

import inspect
import sys

CLOSE_GIVES_VALUE = sys.version_info >= (3, 13)


def run_generators(source, applies):
    """Runs one program; gives its trace."""
    trace = []
    drops = [0]
    say = trace.append

    def dropping():
        """Rule `drop`: of a generator that is dropped destructors run alone."""
        return drops[0] > 0 and applies("drop")

    def drop(*generators):
        for generator in generators:
            if generator is None or not hasattr(generator, "close"):
                continue
            drops[0] += 1
            try:
                generator.close()
            except BaseException:
                pass
            finally:
                drops[0] -= 1

    class lent:
        """Rule `drop`: of a body that is dropped, what it has lent somewhere is dropped last, by whom it
        belongs to."""

        def __init__(self, generator):
            self.generator = generator
            self.send, self.throw = generator.send, generator.throw

        def __iter__(self):
            return self

        def __next__(self):
            return next(self.generator)

        def close(self):
            if not dropping():
                self.generator.close()

    def present(generator):
        if generator is None:
            say("nobody there")
        return generator

    def state(generator):
        return inspect.getgeneratorstate(generator)[4:]

    def close(generator):
        if CLOSE_GIVES_VALUE or state(generator) != "SUSPENDED":
            return generator.close()
        # What close does since 3.13, by throw.
        try:
            generator.throw(GeneratorExit())
        except StopIteration as end:
            return end.value
        except GeneratorExit:
            return None
        raise RuntimeError("generator ignored GeneratorExit")

    def take(generator, kind, argument):
        if kind == "next":
            return f"yielded {next(generator)}"
        if kind == "start":
            if state(generator) == "SUSPENDED":
                return "already started"
            return f"yielded {next(generator)}"
        if kind == "item":
            item = next(generator, None)
            return "no more" if item is None else f"item {item}"
        if kind == "send":
            return f"yielded {generator.send(argument)}"
        if kind == "throw":
            return f"yielded {generator.throw(argument())}"
        if kind == "close":
            return f"closed {close(generator)}"
        return f"state {state(generator)}"

    def drive(generator, step, raises=False):
        kind, argument = step if isinstance(step, tuple) else (step, None)
        said = argument.__name__ if isinstance(argument, type) else argument
        say(f"> {kind}" if said is None else f"> {kind} {said}")
        try:
            say(take(generator, kind, argument))
        except StopIteration as end:
            say(f"StopIteration {end.value}")
        except TypeError as error:
            say(f"TypeError: {error}")
        except BaseException as error:
            # A `for` of ours ends there.
            if kind == "item" and not isinstance(error, Error) and applies("items"):
                say("no more")
                return
            say(f"raised {name(error)}")
            if raises:
                raise

    def main(body, steps):
        generator = body()
        for step in steps:
            if step == "drop":
                break
            drive(generator, step)
        say("> drop")
        drop(generator)
        say("over")

    names = dict(globals())
    names.update(
        say=say, dropping=dropping, drop=drop, lent=lent, present=present, drive=drive,
        main=main,
    )
    exec(compile(source, "program", "exec", dont_inherit=True), names)
    return list(trace)
