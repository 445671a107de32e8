"""What answers: the passages that bear on a question, and their order."""
