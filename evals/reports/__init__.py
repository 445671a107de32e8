"""Runs drawn and compared."""
