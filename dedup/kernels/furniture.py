"""What a site repeats: for each of its sentences, in how many articles and in how many different stories it stands."""

from __future__ import annotations

import numpy as np

from dedup.kernels import jit
from dedup.kernels.overlap import find_slot, table_size
from dedup.kernels.unions import find_root, unite


@jit
def count_site(articles, sentence_offsets, hashes, weights_of, share, least_weight, parents, in_articles, in_stories):
    """Count, for the sentences of one site's `articles`, the articles and the first stories that carry each.

    Two articles of a site are one first story where they share `share` of the smaller one's weight; a sentence weighs
    its words over the square root of the number of the site's articles that carry it, so a body shared by five versions
    counts and a notice shared by fifty hardly does. Each article is held against the last one that carries the same
    sentence, for every sentence: linear, and a story's versions meet however their furniture turns.

    Parameters
    ----------
    articles : int64[m], article indices of the site
    sentence_offsets, hashes : all sentences, by article
    weights_of : float32, words of the sentences that are prose, 0 for the others
    parents : int64[m], out: root of the first story, by position in `articles`
    in_articles, in_stories : uint32, out: by sentence
    """
    m = articles.size
    total = 0
    for i in range(m):
        total += sentence_offsets[articles[i] + 1] - sentence_offsets[articles[i]]
    size = table_size(total)
    mask = np.uint64(size - 1)
    keys = np.zeros(size, np.uint64)
    carriers = np.zeros(size, np.uint32)
    last = np.full(size, -1, np.int64)
    slots = np.empty(total, np.int64)
    s = 0
    for i in range(m):
        parents[i] = i
        for j in range(sentence_offsets[articles[i]], sentence_offsets[articles[i] + 1]):
            key = hashes[j] | np.uint64(1)
            slot = key & mask
            while keys[slot] != 0 and keys[slot] != key:
                slot = (slot + np.uint64(1)) & mask
            keys[slot] = key
            slots[s] = np.int64(slot)
            if last[slot] != i:
                last[slot] = i
                carriers[slot] += 1
            s += 1
    _join_versions(articles, sentence_offsets, weights_of, slots, carriers, last, share, least_weight, parents)
    stories = np.zeros(size, np.uint32)
    last[:] = -1
    begins = np.empty(m + 1, np.int64)
    begins[0] = 0
    roots = np.empty(m, np.int64)
    for i in range(m):
        begins[i + 1] = begins[i] + sentence_offsets[articles[i] + 1] - sentence_offsets[articles[i]]
        roots[i] = find_root(parents, i)
    # Story by story, so that one remembered story a sentence is enough to count the different ones.
    for i in _by_root(roots):
        for s in range(begins[i], begins[i + 1]):
            if last[slots[s]] != roots[i]:
                last[slots[s]] = roots[i]
                stories[slots[s]] += 1
    s = 0
    for i in range(m):
        parents[i] = roots[i]
        for j in range(sentence_offsets[articles[i]], sentence_offsets[articles[i] + 1]):
            in_articles[j] = carriers[slots[s]]
            in_stories[j] = stories[slots[s]]
            s += 1


@jit
def _by_root(roots):
    """Return the positions 0 to m - 1, those of equal root (`roots` int64[m], below m) one behind the other: int64[m]."""
    ends = np.zeros(roots.size + 1, np.int64)
    for root in roots:
        ends[root + 1] += 1
    for i in range(roots.size):
        ends[i + 1] += ends[i]
    out = np.empty(roots.size, np.int64)
    for i in range(roots.size):
        out[ends[roots[i]]] = i
        ends[roots[i]] += 1
    return out


@jit
def _join_versions(articles, sentence_offsets, weights_of, slots, carriers, last, share, least_weight, parents):
    """Join the articles of a site that are versions of one story; see `count_site`."""
    m = articles.size
    last[:] = -1
    weights = np.zeros(m, np.float64)
    shared = np.zeros(m, np.float64)
    met = np.empty(m, np.int64)
    s = 0
    for i in range(m):
        n_met = 0
        for j in range(sentence_offsets[articles[i]], sentence_offsets[articles[i] + 1]):
            slot = slots[s]
            s += 1
            before = last[slot]
            if before == i or weights_of[j] == 0.0:
                continue
            last[slot] = i
            weight = weights_of[j] / np.sqrt(carriers[slot])
            weights[i] += weight
            if before >= 0:
                if shared[before] == 0.0:
                    met[n_met] = before
                    n_met += 1
                shared[before] += weight
        for k in range(n_met):
            other = met[k]
            weight = shared[other]
            shared[other] = 0.0
            if weight >= least_weight and weight >= share * min(weights[i], weights[other]):
                unite(parents, i, other)


@jit
def count_sites(
    site_offsets, articles, sentence_offsets, hashes, weights_of, share, least_weight, roots, in_articles, in_stories
):
    """Run `count_site` for every site: `articles[site_offsets[k]:site_offsets[k + 1]]`; `roots` int64 by position."""
    for k in range(site_offsets.size - 1):
        low, high = site_offsets[k], site_offsets[k + 1]
        count_site(
            articles[low:high], sentence_offsets, hashes, weights_of, share, least_weight,
            roots[low:high], in_articles, in_stories,
        )  # fmt: skip


@jit
def find_elsewhere(site_offsets, articles, sentence_offsets, hashes, is_repeated, most, least_sites):
    """Return the hashes of the sentences that at least `least_sites` sites repeat: uint64[k], each once.

    `site_offsets`, `articles` as `count_sites` takes them; `is_repeated` bool: which sentences their site repeats, of no
    more than `most` different ones.
    """
    size = table_size(most)
    keys, last, sites = np.zeros(size, np.uint64), np.full(size, -1, np.int32), np.zeros(size, np.int32)
    mask = np.uint64(size - 1)
    for site in range(site_offsets.size - 1):
        for place in range(site_offsets[site], site_offsets[site + 1]):
            article = articles[place]
            for s in range(sentence_offsets[article], sentence_offsets[article + 1]):
                if is_repeated[s]:
                    slot = find_slot(hashes[s], keys, mask)
                    keys[slot] = hashes[s]
                    if last[slot] != site:
                        last[slot] = site
                        sites[slot] += 1
    out = np.empty((sites >= least_sites).sum(), np.uint64)
    k = 0
    for slot in range(size):
        if sites[slot] >= least_sites:
            out[k] = keys[slot]
            k += 1
    return out


@jit
def share_texts(offsets, starts, reasons, sizes, out):
    """Write the share of each article's bytes that stand in sentences with a reason: `out` float32[n].

    `offsets` int64[n+1], `starts` uint32 and `reasons` uint8 are the sentences', `sizes` int64[n] the articles' bytes.
    """
    for i in range(sizes.size):
        taken = 0
        for j in range(offsets[i], offsets[i + 1]):
            if reasons[j]:
                end = np.int64(starts[j + 1]) if j + 1 < offsets[i + 1] else sizes[i]
                taken += end - np.int64(starts[j])
        out[i] = taken / max(sizes[i], 1)
