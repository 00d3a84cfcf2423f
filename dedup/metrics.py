"""How well found stories agree with labelled ones.

Frames in, frames out; nothing here knows where labels come from. `align` brings the two together: all other functions
take its frame. Counts are made story by story, never pair by pair, so that millions of articles are no matter; only the
lists of wrong pairs grow with the errors.
"""

from __future__ import annotations

import polars as pl

SCORES = {
    "true_pairs": pl.Int64(),
    "false_pairs": pl.Int64(),
    "missed_pairs": pl.Int64(),
    "precision": pl.Float64(),
    "recall": pl.Float64(),
    "f1": pl.Float64(),
}
"""Columns of a frame of pairwise scores; a score without anything to count is 1."""


def align(labels: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Bring labelled articles and found stories together.

    Parameters
    ----------
    labels
        article_id (String, each once), story_id (String; null: a story of its own), and what else is labelled.
    found
        article_id, story_id (String), and what else was found; articles that are not labelled do not count.

    Returns
    -------
    pl.DataFrame
        One row a labelled article, sorted by article_id: article_id, truth, found (String, never null), is_missing
        (Boolean: it was not found at all, and counts as a story of its own), and the other columns of both, those of
        `found` with the suffix _found where a name stands in both.
    """
    theirs = found.rename({"story_id": "found"})
    alone = pl.format("\0alone {}", pl.col("article_id"))
    return (
        labels.rename({"story_id": "truth"})
        .join(theirs, on="article_id", how="left", suffix="_found")
        .with_columns(
            is_missing=pl.col("found").is_null(),
            truth=pl.coalesce(pl.col("truth"), alone),
            found=pl.coalesce(pl.col("found"), alone),
        )
        .sort("article_id")
    )


def pairwise(aligned: pl.DataFrame) -> pl.DataFrame:
    """Return one row of `SCORES` over all pairs of labelled articles."""
    both = _pairs(aligned, "truth", "found")
    return _scores(
        pl.DataFrame(
            {
                "true_pairs": [both],
                "false_pairs": [_pairs(aligned, "found") - both],
                "missed_pairs": [_pairs(aligned, "truth") - both],
            }
        )
    )


def pairwise_listed(
    found: pl.DataFrame, ids: pl.Series, must: pl.DataFrame, ignore: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Score against listed pairs: those that must be together, those that do not count; every other pair must not be.

    Parameters
    ----------
    found
        article_id, story_id (String).
    ids
        String, the articles that count; one that was not found is a story of its own.
    must, ignore
        a, b (String): pairs in either order, maybe listed twice.

    Returns
    -------
    tuple
        One row of `SCORES`, and the wrong pairs as `wrong_pairs` returns them.
    """
    wanted, passed = _ordered(must), _ordered(ignore)
    wanted = wanted.filter(pl.col("a").is_in(ids.implode()) & pl.col("b").is_in(ids.implode()))
    counted = found.filter(pl.col("article_id").is_in(ids.implode()))
    together = _together(counted, "story_id")
    right = together.join(wanted, on=["a", "b"], how="semi")
    false = together.join(wanted, on=["a", "b"], how="anti").join(passed, on=["a", "b"], how="anti")
    missed = wanted.join(together, on=["a", "b"], how="anti")
    counts = {"true_pairs": [right.height], "false_pairs": [false.height], "missed_pairs": [missed.height]}
    return _scores(pl.DataFrame(counts)), _wrong(false, missed)


def pairwise_judged(found: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Score against judged pairs and nothing else.

    Parameters
    ----------
    found
        article_id, story_id (String).
    pairs
        article_id_a, article_id_b (String), is_same_story (Boolean); an article that was not found is a story of its own.

    Returns
    -------
    tuple
        One row of `SCORES`, and the wrong pairs as `wrong_pairs` returns them.
    """
    stories = found.select("article_id", "story_id")
    judged = pairs.rename({"article_id_a": "a", "article_id_b": "b"})
    for side in ("a", "b"):
        judged = judged.join(stories.rename({"article_id": side, "story_id": f"story_{side}"}), on=side, how="left")
    together = judged.with_columns(is_together=(pl.col("story_a") == pl.col("story_b")).fill_null(value=False))
    right = together.filter(pl.col("is_together") & pl.col("is_same_story"))
    false = together.filter(pl.col("is_together") & ~pl.col("is_same_story")).select("a", "b")
    missed = together.filter(~pl.col("is_together") & pl.col("is_same_story")).select("a", "b")
    counts = {"true_pairs": [right.height], "false_pairs": [false.height], "missed_pairs": [missed.height]}
    return _scores(pl.DataFrame(counts)), _wrong(false, missed)


def b_cubed(aligned: pl.DataFrame) -> pl.DataFrame:
    """Return one row precision, recall, f1 (Float64): B-cubed, the mean over articles (Bagga and Baldwin 1998)."""
    sizes = aligned.select(
        both=pl.len().over("truth", "found"), found=pl.len().over("found"), truth=pl.len().over("truth")
    )
    means = sizes.select(
        precision=(pl.col("both") / pl.col("found")).mean().fill_null(1.0),
        recall=(pl.col("both") / pl.col("truth")).mean().fill_null(1.0),
    )
    return means.with_columns(f1=_f1())


def adjusted_rand(aligned: pl.DataFrame) -> float:
    """Return the adjusted Rand index (Hubert and Arabie 1985): 1 for equal partitions, about 0 for chance."""
    n = aligned.height
    all_pairs = n * (n - 1) // 2
    both, found, truth = (_pairs(aligned, *keys) for keys in (("truth", "found"), ("found",), ("truth",)))
    # Python's integers: the product of two numbers of pairs passes 64 bits from 100,000 articles on.
    expected = found * truth / all_pairs if all_pairs else 0.0
    most = (found + truth) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def agency_scores(aligned: pl.DataFrame) -> pl.DataFrame:
    """Return one row precision, recall, f1 (Float64), right, named, labelled (Int64): articles given the right agency.

    `aligned` has agency (String: labelled, null for none) and agency_found (String: that of the article's story).
    """
    same = pl.col("agency").str.to_lowercase() == pl.col("agency_found").str.to_lowercase()
    counts = aligned.select(
        right=same.fill_null(False).sum().cast(pl.Int64),  # noqa: FBT003
        named=pl.col("agency_found").is_not_null().sum().cast(pl.Int64),
        labelled=pl.col("agency").is_not_null().sum().cast(pl.Int64),
    )
    shares = counts.with_columns(
        precision=_ratio(pl.col("right"), pl.col("named")), recall=_ratio(pl.col("right"), pl.col("labelled"))
    )
    return shares.with_columns(f1=_f1()).select("precision", "recall", "f1", "right", "named", "labelled")


def by_label(aligned: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return scores for each value of a label: the label, articles, and `SCORES`, sorted by the label.

    A pair counts once for each of its articles that bears the label, so a pair of two kinds counts for both.
    """
    sizes = aligned.with_columns(
        both=pl.len().over("truth", "found").cast(pl.Int64) - 1,
        in_found=pl.len().over("found").cast(pl.Int64) - 1,
        in_truth=pl.len().over("truth").cast(pl.Int64) - 1,
    )
    sums = sizes.group_by(column).agg(
        articles=pl.len().cast(pl.Int64),
        true_pairs=pl.col("both").sum(),
        false_pairs=(pl.col("in_found") - pl.col("both")).sum(),
        missed_pairs=(pl.col("in_truth") - pl.col("both")).sum(),
    )
    return _scores(sums.sort(column))


def wrong_by_label(aligned: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return how many wrong pairs there are of each two values of a label.

    Returns
    -------
    pl.DataFrame
        error (false or missed), label_a <= label_b (String, "-" where null), pairs (Int64, above 0), the most frequent
        first of each error.
    """
    labelled = aligned.with_columns(label=pl.col(column).cast(pl.String).fill_null("-"))
    both = _by_two_labels(labelled, "truth", "found").with_columns(pairs=-pl.col("pairs"))
    counts = [
        pl.concat([_by_two_labels(labelled, together), both])
        .group_by("label_a", "label_b")
        .agg(pl.col("pairs").sum())
        .with_columns(error=pl.lit(error))
        for error, together in (("false", "found"), ("missed", "truth"))
    ]
    return (
        pl.concat(counts)
        .filter(pl.col("pairs") > 0)
        .select("error", "label_a", "label_b", "pairs")
        .sort("error", "pairs", "label_a", "label_b", descending=[False, True, False, False])
    )


def _by_two_labels(frame: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return label_a <= label_b, pairs (Int64): the pairs of rows that agree in `keys`, by their labels."""
    sizes = frame.group_by(*keys, "label").agg(count=pl.len().cast(pl.Int64))
    met = sizes.join(sizes, on=keys, suffix="_b").filter(pl.col("label") <= pl.col("label_b"))
    is_one = pl.col("label") == pl.col("label_b")
    pairs = (
        pl.when(is_one)
        .then(pl.col("count") * (pl.col("count") - 1) // 2)
        .otherwise(pl.col("count") * pl.col("count_b"))
    )
    return met.group_by(label_a="label", label_b="label_b").agg(pairs=pairs.sum())


def wrong_pairs(aligned: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Return up to `limit` false and `limit` missed pairs: article_id_a, article_id_b, error (false or missed), sorted.

    Only stories that hold errors are looked into, article by article until `limit` is reached.
    """
    return pl.concat(
        [
            _first_apart(aligned, "found", "truth", limit).with_columns(error=pl.lit("false")),
            _first_apart(aligned, "truth", "found", limit).with_columns(error=pl.lit("missed")),
        ]
    )


def _first_apart(aligned: pl.DataFrame, together: str, apart: str, limit: int) -> pl.DataFrame:
    """Return the first pairs that are one story by `together` and two by `apart`."""
    mixed = aligned.filter(pl.col(apart).n_unique().over(together) > 1).sort("article_id")
    columns = mixed.select("article_id", together, apart)
    taken: list[pl.DataFrame] = []
    count = 0
    for row in columns.iter_rows(named=True):
        if count >= limit:
            break
        others = columns.filter(
            (pl.col(together) == row[together])
            & (pl.col(apart) != row[apart])
            & (pl.col("article_id") > row["article_id"])
        ).select(article_id_a=pl.lit(row["article_id"], pl.String), article_id_b="article_id")
        taken.append(others)
        count += others.height
    empty = pl.DataFrame(schema={"article_id_a": pl.String(), "article_id_b": pl.String()})
    return pl.concat([empty, *taken]).head(limit)


def _pairs(frame: pl.DataFrame, *keys: str) -> int:
    """Return the number of pairs of rows that agree in `keys`."""
    sizes = frame.group_by(keys).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _together(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Return a, b: the pairs a < b of article_id that agree in `key`."""
    one = frame.select("article_id", key)
    pairs = one.join(one, on=key, suffix="_b").filter(pl.col("article_id") < pl.col("article_id_b"))
    return pairs.select(a="article_id", b="article_id_b")


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b")).unique()


def _wrong(false: pl.DataFrame, missed: pl.DataFrame) -> pl.DataFrame:
    told = [
        frame.sort("a", "b").with_columns(error=pl.lit(name)) for name, frame in (("false", false), ("missed", missed))
    ]
    return pl.concat(told).rename({"a": "article_id_a", "b": "article_id_b"})


def _scores(counts: pl.DataFrame) -> pl.DataFrame:
    right = pl.col("true_pairs")
    shares = counts.with_columns(
        precision=_ratio(right, right + pl.col("false_pairs")), recall=_ratio(right, right + pl.col("missed_pairs"))
    )
    return shares.with_columns(f1=_f1())


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole).otherwise(1.0)


def _f1() -> pl.Expr:
    p, r = pl.col("precision"), pl.col("recall")
    return pl.when(p + r > 0).then(2 * p * r / (p + r)).otherwise(0.0)
