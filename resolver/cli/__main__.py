"""`python -m resolver.cli` is the command `resolver`."""

from resolver.cli.main import main

main(prog_name="resolver")
