"""Small readable models, fitted on one half of the data and reported on the other."""
