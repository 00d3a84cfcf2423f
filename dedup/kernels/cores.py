"""Stories' cores: the text that their members agree on, and how an article lies against it."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.blocks import find_block
from dedup.kernels.overlap import clear_set, fill_set, find_slot, is_in_set, table_size
from dedup.kernels.stories import count_holders


@jit
def write_cores(story_offsets, members, shingles, bounds, core_share, core, core_offsets, hubs):
    """Write each story's core: the shingles that `core_share` of its members hold, at least two of them.

    They are written in the order of the member that holds most of them, the first of equals: it is the story's hub.

    Parameters
    ----------
    story_offsets : int64[s+1]; members : int64[m], articles by story
    shingles, bounds : uint32, int64[n, 2], distinct by article, in text order
    core, core_offsets : uint32, int64[s+1], out; `core` has room for the longest member of every story
    hubs : int64[s], out
    """
    at = 0
    core_offsets[0] = 0
    for story in range(story_offsets.size - 1):
        low, high = story_offsets[story], story_offsets[story + 1]
        keys, holders = count_holders(members[low:high], shingles, bounds)
        mask = np.uint64(keys.size - 1)
        least = max(2, np.int64(np.ceil(core_share * (high - low))))
        most = -1
        # The last round writes: the hub is known by then.
        for m in range(low, high + 1):
            member = members[m] if m < high else hubs[story]
            held = 0
            for i in range(bounds[member, 0], bounds[member, 1]):
                if holders[find_slot(shingles[i], keys, mask)] >= least:
                    if m == high:
                        core[at + held] = shingles[i]
                    held += 1
            if m == high:
                at += held
            elif held > most:
                most = held
                hubs[story] = member
        core_offsets[story + 1] = at


@jit
def hold_against_cores(stories, articles, core, core_offsets, shingles, bounds, shared, blocks):
    """Count the shingles of a core that an article holds, and find the best block on both sides.

    `stories`, `articles` int64[k]: which core, which article; `shared` int64[k], out; `blocks` int64[k, 10], out:
    `find_block` of the core, then of the article.
    """
    longest = 8
    for k in range(articles.size):
        longest = max(longest, bounds[articles[k], 1] - bounds[articles[k], 0])
        longest = max(longest, core_offsets[stories[k] + 1] - core_offsets[stories[k]])
    size = table_size(longest)
    table = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    for k in range(articles.size):
        low, high = core_offsets[stories[k]], core_offsets[stories[k] + 1]
        first, last = bounds[articles[k]]
        fill_set(core, low, high, table, mask)
        find_block(shingles, first, last, table, mask, blocks[k, 5:])
        clear_set(core, low, high, table, mask)
        fill_set(shingles, first, last, table, mask)
        find_block(core, low, high, table, mask, blocks[k, :5])
        shared[k] = 0
        for i in range(low, high):
            shared[k] += is_in_set(core[i], table, mask)
        clear_set(shingles, first, last, table, mask)
