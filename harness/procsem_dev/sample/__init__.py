"""Make the sample of a merged matrix, and the pictures of the README."""
