"""The folders of snapshot files: finding, reading and comparing them with the index."""
