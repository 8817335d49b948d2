"""Names of a list held against the things of a graph: who may be the same, and why.

Nothing here merges anything. What is found is a proposal with a score and its reasons; a person
decides, and `joining` applies what was decided.
"""
