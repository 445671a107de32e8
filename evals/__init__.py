"""Measuring: question sets, metrics and the commands that report them."""
