"""The index to published files: which feeds changed, written, verified, put in place."""
