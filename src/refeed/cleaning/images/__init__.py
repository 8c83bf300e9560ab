"""The images, films and sounds of an article, wherever its page keeps them."""
