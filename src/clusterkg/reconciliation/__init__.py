"""The Reconciliation Service API of W3C's community group, versions 0.2 and 1.0-draft.

Both are served at one address, and differ in how they ask and answer, not in what is found.
Specification: reconciliation-api.github.io/specs.
"""
