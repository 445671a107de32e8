"""What a benchmark sets side by side: this system and others, behind one protocol."""
