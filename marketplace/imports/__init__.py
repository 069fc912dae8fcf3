"""How do parks and needs come in from a sheet, and which sheet would bring the same parks in again?"""

from marketplace.imports.giving import Given, park_sheet
from marketplace.imports.taking import Outcome, import_needs, import_parks, need_columns, park_columns

__all__ = ["Given", "Outcome", "import_needs", "import_parks", "need_columns", "park_columns", "park_sheet"]
