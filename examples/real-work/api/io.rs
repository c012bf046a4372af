//! A socket of smol, as hyper wants it.

use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use smol::io::{AsyncRead, AsyncWrite};
use smol::net::TcpStream;

pub(crate) struct Io(pub(crate) TcpStream);

impl Read for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<Result<()>> {
        // hyper's buffer is not initialised: by a copy, nothing here
        // need be unsafe.
        let mut bytes = [0; 8192];
        let size = buffer.remaining().min(bytes.len());
        let socket = Pin::new(&mut self.0);
        let read = socket.poll_read(context, &mut bytes[..size]);
        buffer.put_slice(&bytes[..ready!(read)?]);
        Poll::Ready(Ok(()))
    }
}

impl Write for Io {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.0).poll_close(context)
    }
}
