"""What lies beside the program: the log, and how it is read."""
