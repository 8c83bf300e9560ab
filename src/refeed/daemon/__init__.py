"""`refeed run`: the loop, its syncs, its server, its schedule."""
