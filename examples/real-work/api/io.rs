//! A socket on smol's reactor, as hyper wants it.

use std::io::{ErrorKind::WouldBlock, Read as _, Result};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use smol::{Async, io::AsyncWrite};

pub(crate) struct Io {
    socket: Async<TcpStream>,
    /// Whether all that came has been read: hyper asks more often
    /// than the reactor has news, and each question is a system call.
    is_drained: bool,
}

impl Io {
    pub(crate) async fn connect(
        server: SocketAddr,
    ) -> Result<Self> {
        let socket = Async::<TcpStream>::connect(server).await?;
        Ok(Self { socket, is_drained: true })
    }
}

impl Read for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<Result<()>> {
        // hyper's buffer is not initialised: by a copy, nothing here
        // has to be unsafe.
        let mut bytes = [0; 8192];
        let size = buffer.remaining().min(bytes.len());
        loop {
            if self.is_drained {
                ready!(self.socket.poll_readable(context))?;
            }
            match self.socket.get_ref().read(&mut bytes[..size]) {
                Err(error) if error.kind() == WouldBlock => {
                    self.is_drained = true;
                }
                read => {
                    let bytes = &bytes[..read?];
                    self.is_drained = bytes.len() < size;
                    buffer.put_slice(bytes);
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }
}

impl Write for Io {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.socket).poll_close(context)
    }
}
