"""The faces: command line, chat window."""
