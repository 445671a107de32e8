"""What is asked, read from its words and from what was asked before."""
