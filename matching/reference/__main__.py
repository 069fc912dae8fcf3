"""How are the reference tables built? `python -m matching.reference FOLDER`, where the public source tables lie."""

import sys
from pathlib import Path

from matching.reference.build import build

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m matching.reference FOLDER: name the folder of the source tables (see SOURCES.md)")
    for line in build(Path(sys.argv[1]), Path(__file__).parent):
        print(line)
