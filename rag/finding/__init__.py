"""What answers: passages weighed, ordered and chosen."""
