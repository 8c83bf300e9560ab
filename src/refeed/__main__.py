"""`python -m refeed` is `refeed`."""

from refeed.cli import main

main()
