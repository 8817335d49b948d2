-- What is said in literals of certain value, where a property may have one value alone.
SELECT t.s, t.p, t.o, l.value
FROM literal_value AS l
JOIN triple AS t ON t.o = l.literal
