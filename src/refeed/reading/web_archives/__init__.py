"""Archives of web pages: a page, or many, in one file with what they load."""
