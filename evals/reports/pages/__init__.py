"""How reports are drawn: templates, charts, and the cases as compressed blocks of data."""
