"""How much of its story each member holds, and how much of its text is its own."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit


@jit
def measure_stories(story_offsets, members, shingles, offsets, core_share, coverage, own_share):
    """Measure every member of every story.

    A story's core is the shingles that `core_share` of its members hold, at least two of them.

    Parameters
    ----------
    story_offsets : int64[s+1]; members : int64[m], articles by story
    shingles, offsets : uint64, int64[n+1], distinct by article
    coverage : float64[m], out: share of the core that the member holds; 1 where a story has no core
    own_share : float64[m], out: share of its shingles that no other member has
    """
    for story in range(story_offsets.size - 1):
        low, high = story_offsets[story], story_offsets[story + 1]
        total = 0
        for m in range(low, high):
            total += offsets[members[m] + 1] - offsets[members[m]]
        size = 16
        while size < 2 * total:
            size *= 2
        mask = np.uint64(size - 1)
        keys = np.zeros(size, np.uint64)
        holders = np.zeros(size, np.int32)
        for m in range(low, high):
            for i in range(offsets[members[m]], offsets[members[m] + 1]):
                slot = shingles[i] & mask
                while keys[slot] != 0 and keys[slot] != shingles[i]:
                    slot = (slot + np.uint64(1)) & mask
                keys[slot] = shingles[i]
                holders[slot] += 1
        least = max(2, np.int64(np.ceil(core_share * (high - low))))
        core = 0
        for slot in range(size):
            core += holders[slot] >= least
        for m in range(low, high):
            held = 0
            own = 0
            n = offsets[members[m] + 1] - offsets[members[m]]
            for i in range(offsets[members[m]], offsets[members[m] + 1]):
                slot = shingles[i] & mask
                while keys[slot] != shingles[i]:
                    slot = (slot + np.uint64(1)) & mask
                held += holders[slot] >= least
                own += holders[slot] == 1
            coverage[m] = held / core if core else 1.0
            own_share[m] = own / n if n else 0.0
