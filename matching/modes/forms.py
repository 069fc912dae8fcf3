"""How does a mode pair parks?"""

from matching.errors import Fault, InputError
from matching.modes.enclave import ENCLAVE, ENCLAVE_REVERSE
from matching.modes.pair_terms import Form
from matching.modes.partner import PARTNER
from matching.records import Mode


def form_of(mode: Mode, reverse: bool = False) -> Form:
    """How a mode pairs parks. Raises InputError for a mode that pairs none, or has no reverse."""
    if mode is Mode.ENCLAVE:
        return ENCLAVE_REVERSE if reverse else ENCLAVE
    if mode is not Mode.PARTNER:
        raise InputError([Fault("mode", "Mode {mode} pairs no parks: take enclave or partner.", {"mode": mode.value})])
    if reverse:
        raise InputError([Fault("reverse", "Partners have no direction: reverse belongs to enclave.")])
    return PARTNER
