"""What makes two parks good partners (伙伴园区)? The same seen from either: S(a, b) = S(b, a)."""

from types import MappingProxyType

from matching.modes.pair_terms import Form
from matching.records import Mode

PARTNER = Form(mode=Mode.PARTNER, table="partner", sides=("pair",), lone=MappingProxyType({}), symmetric=True)
