"""Which of all parks fail a need, and for which can it not be decided?  By bits, 64 parks at a time.

A gate turns at a rank among the amounts that parks have: whoever ranks below is a stored pattern of bits, but for the
few parks between the nearest stored rank and this one. So a need asks twelve things of 2,500 parks in a microsecond.
"""

import numpy as np
from numba.cpython.unsafe.numbers import trailing_zeros

from matching.compiled import exact
from matching.kernel_data import F32, FAIL, I8, I32, U32, U64, Bits, Plans, Ranks

ONE, LOW_BITS = np.uint64(1), np.uint64(63)
SECOND_OF_BYTES, FIRST_OF_BYTES = np.uint64(0x0202020202020202), np.uint64(0x0101010101010101)
TO_ONE_BYTE = np.uint64(0x0102040810204080)  # bit 8k of what is multiplied comes to bit 56 + k
PAIRS, FOURS, BYTES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)


@exact
def counted(bits: U64) -> int:
    """How many bits are set."""
    total = np.uint64(0)
    for w in range(bits.size):
        x = bits[w]
        x = x - ((x >> np.uint64(1)) & PAIRS)
        x = (x & FOURS) + ((x >> np.uint64(2)) & FOURS)
        x = (x + (x >> np.uint64(4))) & BYTES
        total += (x * FIRST_OF_BYTES) >> np.uint64(56)
    return int(total)


@exact
def listed(bits: U64, at: U32, count: int) -> int:
    """Write the places of the set bits from `at[count]` on; the new count."""
    for w in range(bits.size):
        word = bits[w]
        while word != 0:
            at[count] = np.uint32(w * 64 + trailing_zeros(word))  # type: ignore[call-arg]  # an intrinsic
            word &= word - ONE
            count += 1
    return count


@exact
def packed(flags: I8, fails: U64, silent: U64) -> None:
    """One row of standings as bits: who fails, and who is unverified. Eight standings are read as one number."""
    fails[:], silent[:] = np.uint64(0), np.uint64(0)
    whole = flags.size // 8
    words = flags[: whole * 8].view(np.uint64)
    for b in range(whole):
        shift = np.uint64(8 * (b & 7))
        failed, unsure = (words[b] & SECOND_OF_BYTES) >> ONE, words[b] & FIRST_OF_BYTES
        fails[b >> 3] |= ((failed * TO_ONE_BYTE) >> np.uint64(56)) << shift
        silent[b >> 3] |= ((unsure * TO_ONE_BYTE) >> np.uint64(56)) << shift
    for j in range(whole * 8, flags.size):
        bit = ONE << np.uint64(j & 63)
        if flags[j] == FAIL:
            fails[j >> 6] |= bit
        elif flags[j] > 0:
            silent[j >> 6] |= bit


@exact
def _below(amounts: F32, limit: np.float32, count: int) -> int:
    """How many of the first `count` rising amounts are below the limit."""
    first, size = 0, count
    while size > 0:
        half = size >> 1
        if amounts[first + half] < limit:
            first += half + 1
            size -= half + 1
        else:
            size = half
    return first


@exact
def _lowest(ranks: Ranks, column: int, rank: int, found: U64) -> None:
    """The parks of the `rank` lowest amounts: the nearest stored pattern, and the few between turned over."""
    mark = min((rank + ranks.step // 2) // ranks.step, ranks.lowest.shape[1] - 1)
    stored, rising = ranks.lowest[column, mark], ranks.rising[column]
    for w in range(found.size):
        found[w] = stored[w]
    at = min(mark * ranks.step, rising.size)
    for place in range(min(at, rank), max(at, rank)):
        park = rising[place]
        found[park >> np.uint32(6)] ^= ONE << np.uint64(park & np.uint32(63))


@exact
def _compared(ranks: Ranks, gate: I32, turns: F32, bits: Bits) -> None:
    """Add who fails a gate of an amount, and for whom it cannot be decided."""
    column, count = gate[0], ranks.counts[gate[0]]
    fails, silent, some, known = bits.fails, bits.silent, bits.some, ranks.known[gate[0]]
    if turns[0] > -np.inf:
        _lowest(ranks, column, _below(ranks.amounts[column], turns[0], count), some)
        for w in range(fails.size):
            fails[w] |= some[w]
    if turns[1] < np.inf:
        above = np.nextafter(turns[1], np.float32(np.inf))
        _lowest(ranks, column, _below(ranks.amounts[column], above, count), some)
        for w in range(fails.size):
            fails[w] |= known[w] & ~some[w]
    for w in range(silent.size):
        silent[w] |= (~known[w] if gate[2] else np.uint64(0)) | (known[w] if gate[3] else np.uint64(0))


@exact
def judged(ranks: Ranks, plans: Plans, i: int, failing: U64, unsure: U64, bits: Bits) -> None:
    """Leave who is feasible in `fails`, who is unverified in `silent`; `failing`, `unsure` are those of the lists."""
    fails, silent, everyone = bits.fails, bits.silent, ranks.everyone
    fails[:], silent[:] = np.uint64(0), ~np.uint64(0) if plans.base[i] else np.uint64(0)
    for f in range(3):
        row = plans.flags[i, f]
        if row >= 0:
            for w in range(fails.size):
                fails[w] |= failing[row, w]
                silent[w] |= unsure[row, w]
    for g in range(plans.gates_start[i], plans.gates_start[i + 1]):
        _compared(ranks, plans.gates[g], plans.turns[g], bits)
    for w in range(fails.size):
        passing = everyone[w] & ~fails[w]
        fails[w] = passing & ~silent[w]
        silent[w] = passing & silent[w]
