"""What is asked: the days, names and parts of a question."""
