"""What reaches on and on, closed in steps that double its length: each pair is met few times.

A rule that puts two triples of one kind end to end is given, in the place of the first, those over
shorter ways (`short`), and of the second those over ways of exactly 2^n triples (`stride`): what is
2^n to 2^(n+1) long is one of each. So a chain costs as many rows as it has pairs, where joining all
with all costs the cube of its length.
"""

# What a rule puts end to end: `stride` has the triples over the longest way yet, `short` the rest.
ENDS = """
CREATE OR REPLACE TEMP TABLE stride AS SELECT s, p, o FROM triple WHERE p IN ({predicates});
CREATE OR REPLACE TEMP TABLE short AS FROM stride LIMIT 0
"""
# How many ways there are from end to end, and how many pairs they can at most lead to.
WAYS = """
WITH way AS (FROM short UNION ALL FROM stride),
ends AS (
    SELECT coalesce(sum(a.n * b.n), 0) AS ways
    FROM (SELECT p, o, count(*) AS n FROM way GROUP BY ALL) AS a
    JOIN (SELECT p, s, count(*) AS n FROM stride GROUP BY ALL) AS b ON b.p = a.p AND b.s = a.o),
pairs AS (
    SELECT coalesce(sum(n), 0) AS most
    FROM (SELECT p, count(DISTINCT s) * count(DISTINCT o) AS n FROM way GROUP BY p))
SELECT greatest(least(ways, most), ways // 100) FROM ends CROSS JOIN pairs
"""
# Where two strides lead that no shorter way does.
STRIDE = """
CREATE OR REPLACE TEMP TABLE reached AS
SELECT DISTINCT c.s, c.p, c.o FROM ({twice}) AS c
ANTI JOIN triple AS t USING (s, p, o) ANTI JOIN candidate AS d USING (s, p, o) WHERE {worth};
INSERT INTO short FROM stride;
INSERT INTO short SELECT DISTINCT s, p, o FROM candidate AS d ANTI JOIN triple AS t USING (s, p, o);
INSERT INTO candidate FROM reached;
CREATE OR REPLACE TEMP TABLE stride AS FROM reached
"""
END = "DROP TABLE stride; DROP TABLE short; DROP TABLE IF EXISTS reached"
