"""What `amends run` starts, each as small as it can be: `python -m amends.cli.processes.…`, never by hand.

These modules load neither the command line nor, until they need it, Django.
"""
