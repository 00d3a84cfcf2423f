"""How much of its story each member holds, how much of its text is its own, and how deep the shared text stands."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.overlap import find_slot, table_size


@jit
def count_holders(members, shingles, bounds):
    """Count how many of a story's `members` int64[m] hold each of their shingles.

    Returns a hash set of the shingles, uint64[2^k] as `find_slot` reads it, and by slot the count (int32).
    """
    total = 0
    for member in members:
        total += bounds[member, 1] - bounds[member, 0]
    size = table_size(total)
    mask = np.uint64(size - 1)
    keys = np.zeros(size, np.uint64)
    holders = np.zeros(size, np.int32)
    for member in members:
        for i in range(bounds[member, 0], bounds[member, 1]):
            slot = find_slot(shingles[i], keys, mask)
            keys[slot] = shingles[i]
            holders[slot] += 1
    return keys, holders


@jit
def measure_stories(story_offsets, members, shingles, bounds, core_share, coverage, own_share, depth):
    """Measure every member of every story.

    A story's core is the shingles that `core_share` of its members hold, at least two of them.

    Parameters
    ----------
    story_offsets : int64[s+1]; members : int64[m], articles by story
    shingles, bounds : uint32, int64[n, 2], distinct by article, in order of first appearance
    coverage : float64[m], out: share of the core that the member holds; 1 where a story has no core
    own_share : float64[m], out: share of its shingles that no other member has
    depth : float64[m], out: how many shingles deeper, on average, those it shares stand in it than in the member that
        has them highest; 0 where it shares none
    """
    for story in range(story_offsets.size - 1):
        low, high = story_offsets[story], story_offsets[story + 1]
        keys, holders = count_holders(members[low:high], shingles, bounds)
        mask = np.uint64(keys.size - 1)
        highest = np.full(keys.size, np.iinfo(np.int64).max)
        for member in members[low:high]:
            for i in range(bounds[member, 0], bounds[member, 1]):
                slot = find_slot(shingles[i], keys, mask)
                highest[slot] = min(highest[slot], i - bounds[member, 0])
        least = max(2, np.int64(np.ceil(core_share * (high - low))))
        core = 0
        for slot in range(keys.size):
            core += holders[slot] >= least
        for m in range(low, high):
            held = 0
            own = 0
            below = 0
            n = bounds[members[m], 1] - bounds[members[m], 0]
            for i in range(bounds[members[m], 0], bounds[members[m], 1]):
                slot = find_slot(shingles[i], keys, mask)
                held += holders[slot] >= least
                own += holders[slot] == 1
                below += i - bounds[members[m], 0] - highest[slot]
            coverage[m] = held / core if core else 1.0
            own_share[m] = own / n if n else 0.0
            depth[m] = below / (n - own) if n > own else 0.0
