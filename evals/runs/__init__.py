"""A question set asked of a library, and what came of it."""
