"""HTTP's words, without sockets and without the graph: what a resource is written in."""
