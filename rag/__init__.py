"""The engine: a library of articles, retrieval, quoted answers."""
