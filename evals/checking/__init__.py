"""Measuring the checker: true statements, changed ones, and some labelled by hand."""
