"""What lies beside the program: the client's session, the server."""
