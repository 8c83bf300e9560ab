"""`python -m refeed` is `refeed`."""

from refeed.cli.main import main

main()
