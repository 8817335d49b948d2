"""SHACL over the integer tables: shapes become SQL, and what they cannot become goes to pySHACL."""
