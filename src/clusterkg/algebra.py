"""SPARQL to SQL: one SELECT over the integer tables that answers for all focus nodes at once.

    compiled = algebra.compile(connection, text, Scope(focus="focus", prebound=("this",)))
    connection.execute(compiled.sql, compiled.parameters)

What goes in
    text       SELECT or ASK, its PREFIX lines before it; `$PATH` must be replaced by then.
    focus      a table, view or parenthesised SELECT of distinct rows; each of its columns is a
               pre-bound variable (SHACL 5.3): `this` always, `value`, `currentShape` and
               parameters where there are any. All are ids of `term` and never NULL.
    fact       a table with distinct rows (s, p, o): the data graph.

What comes out
    sql        one SELECT, with named parameters ($c1, ...) for what is no id. Its columns are
               the columns of `focus`, then those that the query projects.
               A SELECT gives one row per distinct solution; an ASK the rows of `focus` for
               which it is true.
    columns    name -> Form. `stored`: an id, or NULL where unbound. `computed`: a
               STRUCT(value, kind, datatype, language) as in a row of `term`, or NULL.

NotCovered says why a query is not for this module; nothing is answered wrong instead.
Queries that SHACL forbids (MINUS, VALUES, SERVICE, AS ?prebound ...) are not covered either.
"""
