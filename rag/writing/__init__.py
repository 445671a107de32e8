"""Answers that a language model writes: read from its stream, cited and checked by us."""
