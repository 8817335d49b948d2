"""Tables that somebody holds become sources of the graph: each row enters, or it is said why not.

An import is a source: a file in the folder `written`, which builds read, and what `history` keeps.
"""
