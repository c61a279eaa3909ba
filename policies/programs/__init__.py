"""Policies that are programs of their own: messages of one JSON line each, over its standard input and output."""
