"""daft: the minhash expression, bands and connected components of its tutorial "MinHash Deduplication of Web Text".

https://docs.daft.ai/en/stable/examples/minhash-dedupe/: normalised text, large and small stars until nothing changes, then
the least label of each component. The variant "tutorial" takes its 64 hashes in eight bands of eight (threshold 0.7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import daft
import pyarrow.parquet as pq
from common import BANDS, HASHES, ROWS, SHINGLE, arguments
from daft import col
from daft.functions import monotonically_increasing_id, when

if TYPE_CHECKING:
    from daft import DataFrame

SEED = 42


@daft.func()
def band_numbers(bands: list[list[int]]) -> list[int]:
    """Return 0 to the number of bands."""
    return list(range(len(bands)))


def least(one: daft.Expression, other: daft.Expression) -> daft.Expression:
    """Return the smaller of two numbers; `other` may be null."""
    return when(other.is_null() | (one <= other), one).otherwise(other)


def edges_of(articles: DataFrame, hashes: int, bands: int, rows: int) -> DataFrame:
    """Return u, v: in each bucket, every article with the least of it."""
    banded = (
        articles.with_column(
            "text", col("text").normalize(remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
        )
        .with_column(
            "hashes", col("text").minhash(num_hashes=hashes, ngram_size=SHINGLE, seed=SEED, hash_function="xxhash")
        )
        .with_column("bands", col("hashes").slice(0, bands * rows).chunk(rows))
        .with_column("band", band_numbers(col("bands")))
        .select("node", "bands", "band")
        .explode("bands", "band")
    )
    buckets = banded.groupby("band", "bands").agg(col("node").list_agg().alias("nodes"))
    return (
        buckets.with_column("u", col("nodes").list_min())
        .explode("nodes")
        .select("u", col("nodes").alias("v"))
        .where(col("u") != col("v"))
        .distinct()
        .collect()
    )


def both_ways(edges: DataFrame) -> DataFrame:
    """Return the edges and their reverse."""
    return edges.select("u", "v").union_all(renamed(edges, "v", "u")).collect()


def renamed(edges: DataFrame, u: str, v: str) -> DataFrame:
    """Return the columns `u` and `v` under these names; in two steps, for a select sees the names it gives."""
    return edges.select(col(u).alias("first"), col(v).alias("second")).select(
        col("first").alias("u"), col("second").alias("v")
    )


def star(neighbours: DataFrame) -> DataFrame:
    """Return each neighbour with the least of its group, the group's own node among them."""
    grouped = neighbours.groupby("u").agg(col("v").list_agg().alias("all"), col("v").min().alias("m"))
    return grouped.with_column("m", least(col("u"), col("m")))


def large_star(edges: DataFrame) -> DataFrame:
    """Join the larger neighbours of every node to the least of them all."""
    return (
        star(both_ways(edges))
        .explode("all")
        .where(col("all") > col("u"))
        .select(col("all").alias("u"), col("m").alias("v"))
        .where(col("u") != col("v"))
        .distinct()
        .collect()
    )


def small_star(edges: DataFrame) -> DataFrame:
    """Join the larger neighbours of every node, edges taken from the smaller end, to the least of them and the node."""
    directed = edges.select(
        when(col("u") < col("v"), col("v")).otherwise(col("u")).alias("larger"),
        when(col("u") < col("v"), col("u")).otherwise(col("v")).alias("smaller"),
    )
    return (
        star(renamed(directed, "smaller", "larger").distinct())
        .explode("all")
        .select(col("all").alias("u"), col("m").alias("v"))
        .where(col("u") != col("v"))
        .distinct()
        .collect()
    )


def as_set(edges: DataFrame) -> set[tuple[int, int]]:
    """Return the edges, the smaller end first."""
    found = edges.to_pydict()
    return {(min(pair), max(pair)) for pair in zip(found["u"], found["v"], strict=True)}


def labels_of(edges: DataFrame) -> DataFrame:
    """Return node and label, the least node of its component, of the nodes that have an edge."""
    while True:
        after = small_star(large_star(edges))
        is_stable = as_set(after) == as_set(edges)
        edges = after
        if is_stable:
            break
    ways = both_ways(edges)
    labels = ways.groupby("u").agg(col("v").min().alias("label"))
    labels = labels.select(col("u").alias("node"), least(col("u"), col("label")).alias("label")).collect()
    while True:
        nearby = ways.join(labels, left_on="v", right_on="node").groupby("u").agg(col("label").min().alias("near"))
        after = labels.join(nearby, left_on="node", right_on="u", how="left")
        after = after.select("node", least(col("label"), col("near")).alias("label")).collect()
        if not after.join(labels, on=["node", "label"], how="anti").count_rows():
            return after
        labels = after


def main() -> None:
    """Group the articles."""
    folder, out, variant = arguments()
    articles = daft.read_parquet(f"{folder}/*.parquet").select("id", "text")
    articles = articles.with_column("node", monotonically_increasing_id()).collect()
    sizes = (64, 8, 8) if variant == "tutorial" else (HASHES, BANDS, ROWS)
    labels = labels_of(edges_of(articles, *sizes))
    told = articles.select("id", "node").join(labels, on="node", how="left")
    story = least(col("node"), col("label")).cast(daft.DataType.string())
    pq.write_table(told.select(col("id").alias("article_id"), story.alias("story_id")).to_arrow(), out)


if __name__ == "__main__":
    main()
