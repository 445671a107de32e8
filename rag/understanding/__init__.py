"""What is asked: names, dates, turns before and parts of a question, read from its words."""
