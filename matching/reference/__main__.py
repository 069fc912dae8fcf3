"""How are the reference tables built? `python -m matching.reference FOLDER`, where the public source tables lie."""

import sys
from itertools import chain
from pathlib import Path

from matching.reference.build import build
from matching.reference.fit_text import fit_text

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m matching.reference FOLDER: name the folder of the source tables (see SOURCES.md)")
    here = Path(__file__).parent
    for line in chain(build(Path(sys.argv[1]), here), fit_text(here)):
        print(line)
