"""Connected parts, by union and find; the smallest member stands for each part."""

from __future__ import annotations

from dedup.kernels import jit


@jit
def find_root(parents, i):
    """Return the root of `i`, halving the path on the way (Tarjan and van Leeuwen, JACM 1984)."""
    while parents[i] != i:
        parents[i] = parents[parents[i]]
        i = parents[i]
    return i


@jit
def unite(parents, i, j):
    """Make the parts of `i` and `j` one, below the smaller of their roots."""
    a, b = find_root(parents, i), find_root(parents, j)
    parents[max(a, b)] = min(a, b)


@jit
def connect(pairs, smallest):
    """Write the smallest member of each node's connected part, for edges `pairs` int64[m, 2]: `smallest` int64[n], out."""
    for i in range(smallest.size):
        smallest[i] = i
    for k in range(pairs.shape[0]):
        unite(smallest, pairs[k, 0], pairs[k, 1])
    for i in range(smallest.size):  # what a node points to is smaller than itself, and so is done already
        smallest[i] = smallest[smallest[i]]
