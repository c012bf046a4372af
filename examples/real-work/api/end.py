"""What went wrong, in one line."""

from contextlib import contextmanager


@contextmanager
def end(*errors):
    """Ends the program if it raises one of these, or what a client
    has to expect."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit("client: interrupted by Ctrl-C")
    except (OSError, EOFError, ValueError, *errors) as error:
        raise SystemExit(f"client: {error!r}")
