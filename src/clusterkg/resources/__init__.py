"""What the server offers: one module a family of paths, found by its file.

A resource declares `PATHS = {"/queries/{name}/run": ("GET", "POST")}`, a literal, and defines
`respond(request, world, **captured) -> Response`. It imports `web`, `world` and the library.
"""
