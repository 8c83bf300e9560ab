"""Reads mails: newsletters, mailboxes, forwarded messages."""
