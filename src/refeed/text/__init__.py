"""Text: characters that can't be published or printed, and what a reader sees of HTML."""
