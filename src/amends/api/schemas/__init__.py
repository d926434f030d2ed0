"""What goes in and comes out, a module a noun. Bodies refuse fields that they do not know."""
