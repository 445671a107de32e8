"""What is measured of one case, and how sure a mean of it is."""
