"""Door: the pages for members."""
