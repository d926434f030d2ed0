"""One module a noun; each view finds, reads the form, acts, answers."""
