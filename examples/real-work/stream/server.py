"""The server's process, and a client of it."""

import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis


@asynccontextmanager
async def serving():
    """Starts the server, gives its socket, and ends it, whatever
    happens in between."""
    program = Path(__file__).with_name("serve.py")
    process = await create_subprocess_exec(
        sys.executable, program, stdin=PIPE, stdout=PIPE,
        process_group=0,  # Ctrl-C is for its client
    )
    try:
        path = await process.stdout.readline()
        if not path:
            # It has said why.
            raise SystemExit(await process.wait())
        yield path.decode().strip()
    finally:
        # It ends when its input does: by this, or with its client.
        # A pipe that was left open would complain after the loop's end.
        await process.communicate(b"")


def connect(path):
    return Redis(
        unix_socket_path=path, decode_responses=True, protocol=2
    )
