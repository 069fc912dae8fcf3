"""Is a file from outside what its name says, and can it be kept and handed on without harm?"""

from marketplace.uploads.archives import Archive, checked_archive
from marketplace.uploads.documents import MOST_BYTES, Kind, Upload, checked_upload, media_type_of
from marketplace.uploads.names import shown_name

__all__ = [
    "MOST_BYTES",
    "Archive",
    "Kind",
    "Upload",
    "checked_archive",
    "checked_upload",
    "media_type_of",
    "shown_name",
]
