"""Questions with known answers: files, public data, formats of others."""
