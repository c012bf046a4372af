"""The server's process, and a client of it."""

import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE
from pathlib import Path

from redis.asyncio import Redis


class Server:
    async def __aenter__(self):
        program = Path(__file__).with_name("serve.py")
        self.process = await create_subprocess_exec(
            sys.executable, program, stdin=PIPE, stdout=PIPE,
            process_group=0,  # Ctrl-C is for its client
        )
        path = await self.process.stdout.readline()
        if not path:
            # It has said why.
            raise SystemExit(await self.process.wait())
        return path.decode().strip()

    async def __aexit__(self, *error):
        # It ends when its input does: by this, or with its client.
        self.process.stdin.close()
        await self.process.wait()


def connect(path):
    return Redis(
        unix_socket_path=path, decode_responses=True, protocol=2
    )
