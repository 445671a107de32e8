"""Articles in: find, read, clean and date them, and keep the library in step."""
