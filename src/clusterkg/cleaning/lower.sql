-- Capital letters become small ones.
{'value': lower(cell), 'wrong': NULL, 'advice': NULL}
