"""Connections to one server, used again and again: what aiohttp's
`ClientSession` does, by the standard library."""

import asyncio
import json

LIMIT = 1_000_000


def an_object(text):
    try:
        data = json.loads(text)
    except RecursionError:
        data = None
    if not isinstance(data, dict):
        raise ValueError("no object in JSON")
    return data


async def whole(answer):
    """What an answer of aiohttp says, which itself takes any size."""
    if (answer.content_length or 0) > LIMIT:
        raise ValueError(f"an answer of {answer.content_length} bytes")
    return answer.status, an_object(await answer.text())


class Session:
    def __init__(self, port):
        self.port, self.idle = port, []

    async def get(self, path):
        """Asks for a path. Cancelled half-way, it closes its connection.

        What is no answer in HTTP, or no object in JSON, is a ValueError.
        """
        if self.idle:
            reader, writer = self.idle.pop()
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: api\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").splitlines()
            headers = dict(line.split(": ") for line in lines if line)
            size = int(headers["Content-Length"])
            if size > LIMIT:
                raise ValueError(f"an answer of {size} bytes")
            status, data = int(first.split()[1]), await reader.readexactly(size)
        except (LookupError, asyncio.LimitOverrunError) as error:
            writer.close()
            raise ValueError("no HTTP") from error
        except BaseException:
            writer.close()  # a half-read answer is of no use
            raise
        self.idle.append((reader, writer))
        return status, an_object(data)

    def close(self):
        for _, writer in self.idle:
            writer.close()
