"""How long a question takes in a large library."""
