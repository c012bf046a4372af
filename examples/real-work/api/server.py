"""The server's process."""

import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def serving():
    """Starts the server, gives its process and its port, and ends it,
    whatever happens in between."""
    program = Path(__file__).with_name("serve.py")
    process = await create_subprocess_exec(
        sys.executable, program, stdin=PIPE, stdout=PIPE,
        process_group=0,  # Ctrl-C is for its client
    )
    try:
        yield process, int(await process.stdout.readline())
    finally:
        # It ends when its input does: by this, or with its client.
        # A pipe that was left open would complain after the loop's end.
        await process.communicate(b"")
