"""Door: the `amends` command."""
