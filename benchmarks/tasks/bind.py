"""Write questions as the SPARQL that they are asked in: `bind.py SNAPSHOT FOLDER NAME ...`."""

import json
import sys
from pathlib import Path

from choice import sample

from clusterkg import query
from clusterkg.source import questions as built_questions
from clusterkg.source import version_of
from clusterkg.store import Store


def main() -> None:
    """Choose the same values as `questions.py` does, and write."""
    built, folder = version_of(Path(sys.argv[1])), Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    held, files = Store.open(built / "store"), query.folder(built_questions(built))
    for name in sys.argv[3:]:
        asked = query.named(name, files)
        text = query.bind(asked, sample(asked, held), held)
        (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    print(json.dumps({"bound": sys.argv[3:]}))


if __name__ == "__main__":
    main()
