"""From lines of N-Quads to ids of terms, chunk by chunk, and back to lines, in SQL.

    input(number, g, scope)     files read together, where their quads go, and for their blank nodes
    raw(file, g, s, p, o)       the texts of one chunk; g = '' is the file's graph
    seen(text, line)            each of its texts, and where it comes first
    blank(text, name, file)     the names of the files' blank nodes, by the order they come in
    part(text, ...)             texts taken apart, with the columns of `term`
    known(text, id)             terms that have ids, as far as a chunk may need them
    code(text, name, line, id)  the chunk's texts and their ids
    read(g, s, p, o)            ids, of all chunks so far
    written(g, s, p, o)         what is turned into lines
    share(g, s, p, o)           what of it is turned at a time
    spelled(id, text)           the texts of its terms

The text of a blank node ends in the number of its file.
"""

from collections.abc import Iterator

from clusterkg import escape

INPUT = """
CREATE OR REPLACE TEMP TABLE input AS
SELECT unnest(range(len($graphs)))::INTEGER AS number, unnest($graphs)::INTEGER AS g,
       unnest($scopes)::VARCHAR AS scope
"""
BEGIN = """
CREATE OR REPLACE TEMP TABLE blank(text VARCHAR, name VARCHAR, file INTEGER);
CREATE OR REPLACE TEMP TABLE read(g INTEGER, s INTEGER, p INTEGER, o INTEGER)
"""

_APART = "CASE WHEN starts_with({0}, '_:') THEN {0} || ' ' || file ELSE {0} END"
# A literal may hold spaces; its last word holds a quote, which the name of a graph does not.
RAW = f"""
CREATE OR REPLACE TEMP TABLE raw AS
WITH split AS (
    SELECT file, string_split(line, ' ') AS word
    FROM read_csv(?, columns = {{{{'line': 'VARCHAR', 'file': 'INTEGER'}}}}, delim = '\x01',
                  quote = '', escape = '', header = false, auto_detect = false,
                  max_line_size = 67108864)),
told AS (
    SELECT file, word, len(word) > 4 AND NOT contains(word[-2], '"') AS named FROM split),
whole AS (
    SELECT file, {{graph}} AS g, word[1] AS s, word[2] AS p,
           CASE WHEN len(word) = 4 OR (named AND len(word) = 5) THEN word[3]
                ELSE array_to_string(word[3 : CASE WHEN named THEN -3 ELSE -2 END], ' ') END AS o
    FROM told)
SELECT file, {_APART.format("g")} AS g, {_APART.format("s")} AS s, p, {_APART.format("o")} AS o
FROM whole
"""
OWN_GRAPH = "CASE WHEN named THEN word[-2] ELSE '' END"

SEEN = """
CREATE OR REPLACE TEMP TABLE seen AS
SELECT text, min(line) AS line FROM (
    SELECT s AS text, 4 * rowid AS line FROM raw
    UNION ALL SELECT p, 4 * rowid + 1 FROM raw
    UNION ALL SELECT o, 4 * rowid + 2 FROM raw
    UNION ALL SELECT g, 4 * rowid + 3 FROM raw WHERE g <> '') AS told
GROUP BY text
"""
COUNTED = "SELECT file, count(*) FROM raw GROUP BY file"

# A triple as a term, and a direction of a text.
NEW_TERM = r"""
SELECT line // 4, text FROM seen WHERE starts_with(text, '<<')
OR (contains(text, '--') AND regexp_matches(text, '"@[^"]*--[^"]*$')) ORDER BY line LIMIT 1
"""
FILE_OF = "SELECT file FROM raw WHERE rowid = ?"

_NAMES = """
INSERT INTO blank
SELECT n.text, '_:b' || f.scope || 'x' || (
           coalesce(b.before, 0) + row_number() OVER (PARTITION BY n.file ORDER BY n.line)), n.file
FROM (SELECT text, line, string_split(text, ' ')[2]::INTEGER AS file FROM seen
      WHERE starts_with(text, '_:') AND text NOT IN (SELECT text FROM blank)) AS n
JOIN input AS f ON f.number = n.file
LEFT JOIN (SELECT file, count(*) AS before FROM blank GROUP BY file) AS b ON b.file = n.file;
CREATE OR REPLACE TEMP VIEW named AS
SELECT text, coalesce(blank.name, text) AS name, line FROM seen LEFT JOIN blank USING (text)
"""

_PART = f"""
CREATE OR REPLACE TEMP TABLE part AS
SELECT text, {escape.PARTS} FROM (SELECT name AS text FROM {{texts}})
"""
_KNOWN_HERE = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT text, id FROM part JOIN term USING (value, kind, datatype, language)
"""
_KNOWN = f"CREATE OR REPLACE TEMP TABLE known AS SELECT {escape.TEXT}, id FROM term"

_CODE = """
CREATE OR REPLACE TEMP TABLE code AS
SELECT named.text, name, line, id FROM named LEFT JOIN known ON known.text = name;
CREATE OR REPLACE TEMP TABLE fresh AS
SELECT text, name, (CASE WHEN name[1] = '"' THEN -1 ELSE 1 END * (row_number() OVER (ORDER BY line)
       + (SELECT coalesce(max(abs(id)), 0) FROM term)))::INTEGER AS id
FROM code WHERE id IS NULL
"""
_ADD = """
INSERT INTO term
SELECT id, value, kind, datatype, language FROM fresh JOIN part ON part.text = fresh.name
ORDER BY abs(id);
INSERT INTO known SELECT name, id FROM fresh;
INSERT INTO code SELECT text, name, NULL, id FROM fresh
"""

_READ = """
INSERT INTO read
SELECT coalesce(g.id, input.g), s.id, p.id, o.id FROM raw JOIN input ON input.number = raw.file
JOIN code AS s ON s.text = raw.s AND s.id IS NOT NULL
JOIN code AS p ON p.text = raw.p AND p.id IS NOT NULL
JOIN code AS o ON o.text = raw.o AND o.id IS NOT NULL
LEFT JOIN code AS g ON g.text = raw.g AND g.id IS NOT NULL
"""


def steps(turn: int) -> Iterator[str]:
    """Give what turns `raw` and `seen` into rows of `read`.

    The first chunk compares its terms with all, and most files have no other. Then the texts of
    all terms are kept, and a chunk asks for texts alone.
    """
    yield _NAMES
    if turn == 0:
        yield from (_PART.format(texts="named"), _KNOWN_HERE, _CODE)
    else:
        yield from (_KNOWN, _CODE)[turn > 1:]
        yield _PART.format(texts="fresh")
    yield _ADD
    yield _READ


END = """
INSERT INTO {into} SELECT DISTINCT g, s, p, o FROM read;
DROP VIEW IF EXISTS named; DROP TABLE IF EXISTS raw; DROP TABLE IF EXISTS seen;
DROP TABLE input; DROP TABLE blank; DROP TABLE read; DROP TABLE IF EXISTS part;
DROP TABLE IF EXISTS known; DROP TABLE IF EXISTS code; DROP TABLE IF EXISTS fresh
"""

# Joins need to know how many rows there are: else all of them end up in a hash table, with texts.
WRITTEN = "CREATE OR REPLACE TEMP TABLE written AS SELECT r.g, r.s, r.p, r.o FROM {relation} AS r"
# The texts of a share are in memory at once: so many bytes for a row, by measurement.
FOR_ROW = 700
SHARE = f"""
CREATE OR REPLACE TEMP TABLE share AS
SELECT g, s, p, o FROM written WHERE rowid >= {{start}} AND rowid < {{end}};
CREATE OR REPLACE TEMP TABLE spelled AS
SELECT id, {escape.TEXT} FROM term WHERE id IN (
    SELECT s FROM share UNION SELECT p FROM share UNION SELECT o FROM share
    UNION SELECT g FROM share)
"""
LINES = """
SELECT s.text || ' ' || p.text || ' ' || o.text || coalesce(' ' || g.text, '') || ' .'
FROM share AS r JOIN spelled AS s ON s.id = r.s JOIN spelled AS o ON o.id = r.o
LEFT JOIN (SELECT id, text FROM spelled WHERE id IN (SELECT p FROM share)) AS p ON p.id = r.p
LEFT JOIN (SELECT id, text FROM spelled WHERE id IN (SELECT g FROM share)) AS g ON g.id = r.g
"""
# Lines hold no control character, so that none is quoted. The store sorts what a file holds, which
# is a third quicker where it fits into the processor's cache.
WRITE = f"""
COPY ({LINES})
TO {{path}} (FILE_SIZE_BYTES '8MB', PRESERVE_ORDER false, FORMAT csv, HEADER false,
               DELIMITER '\x01', QUOTE '', ESCAPE '')
"""
