"""`python -m clusterkg.importers.cluster_lists FOLDER OUT`."""

import sys

from clusterkg import importers
from clusterkg.importers.cluster_lists import convert

sys.exit(importers.run(convert, sys.argv[1:]))
