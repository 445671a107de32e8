"""Speed, memory and disk beside others."""
