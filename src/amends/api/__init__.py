"""Door: the REST interface. The same nouns and acts as the pages, found and refused by the same rules."""
