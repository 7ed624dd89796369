"""`python -m willing` is the command line."""

from willing.cli import main

main()
