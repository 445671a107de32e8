"""What a language model writes, measured beside what is quoted on the same questions."""
