"""The wording check in English, as data: words.yaml holds what the rules share, and one file each mark."""
