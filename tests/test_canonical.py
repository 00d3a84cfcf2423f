"""Which article of a story is its source: each piece of evidence against its counter-example."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.canonical import OUTPUT, Priors, pick, story_agency
from dedup.reasons import ONLY
from dedup.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping

NOON = datetime(2024, 3, 5, 12, 7, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")
SCHEMA: dict[str, Any] = {
    "article_id": pl.String, "story_id": pl.String, "site": pl.String, "url": pl.String, "title": pl.String,
    "author": pl.String, "page": pl.List(pl.String), "published_at": TIME, "published_at_source": pl.String,
    "crawled_at": TIME, "printed_at": pl.Datetime("us"), "kind": pl.String, "word_count": pl.Int64,
    "shingle_count": pl.Int64, "coverage": pl.Float64, "own_share": pl.Float64, "depth": pl.Float64,
    "furniture_share": pl.Float32, "agency": pl.String, "agency_evidence":
    pl.String, "agency_strength": pl.Float32, "origin_hint": pl.String, "credited": pl.String,
}  # fmt: skip
PLAIN: dict[str, object] = {
    "story_id": "s", "url": None, "title": "Council closes bridge", "author": None, "page": [], "published_at":
    NOON, "published_at_source": "json-ld", "crawled_at": NOON + timedelta(days=1), "printed_at": None, "kind": "article",
    "word_count": 300, "shingle_count": 300, "coverage": 1.0, "own_share": 0.0, "depth": 0.0, "furniture_share": 0.1, "agency":
    None, "agency_evidence": None, "agency_strength": None, "origin_hint": None, "credited": None,
}  # fmt: skip
AP = {"agency": "AP", "agency_evidence": "ROME (AP) —", "agency_strength": 1.0}


def story(**articles: Mapping[str, object]) -> pl.DataFrame:
    """Make a story of articles named by their ids, each on a site of its own unless it says so."""
    rows = [{**PLAIN, "article_id": name, "site": f"{name}.com", **given} for name, given in articles.items()]
    return pl.DataFrame(rows, schema=SCHEMA)


def later(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def source(members: pl.DataFrame, priors: Priors | None = None) -> str:
    return str(pick(members, priors)["canonical_article_id"][0])


def test_a_story_of_one_has_no_choice() -> None:
    found = pick(story(a=AP))
    assert dict(found.schema) == OUTPUT
    assert found.row(0) == ("s", "a", None, [ONLY], None, "AP", "ROME (AP) —")


def test_no_stories() -> None:
    assert pick(story()).schema == OUTPUT


def test_one_row_a_story_sorted() -> None:
    rows = pl.concat([story(a={"story_id": "z"}, b={"story_id": "z"}), story(c={"story_id": "b"}, d={}, e={})])
    assert pick(rows)["story_id"].to_list() == ["b", "s", "z"]


@pytest.mark.parametrize(
    ("a", "z"),
    [
        ({"published_at": later(3)}, {}),
        ({"published_at": None}, {}),
        ({"published_at": datetime(2024, 3, 5, tzinfo=UTC)}, {}),
        ({"published_at": later(-5), "published_at_source": "crawled_at"}, {}),
        ({"published_at": later(-5), "crawled_at": later(-9)}, {}),
        ({"coverage": 0.4}, {}),
        ({"coverage": 0.4, "published_at": later(-0.05)}, {}),
        ({"kind": "stub"}, {}),
        ({"own_share": 0.4}, {}),
        ({"depth": 120.0}, {}),
        ({"depth": 120.0, "published_at": None}, {"published_at": None}),
        ({"published_at": later(-2), "printed_at": datetime(2024, 3, 5, 3, 41)}, {}),  # noqa: DTZ001
        ({"published_at": later(-50), "url": "https://a.com/2024/03/05/bridge"}, {}),
        ({"title": "Breaking"}, {"title": "Council closes bridge | Z"}),
        ({**AP, "published_at": later(-2)}, {"site": "apnews.com", **AP}),
        ({"page": ["canonical=https://z.com/a"], "published_at": later(-0.1)}, {"url": "https://z.com/a"}),
        ({"page": ["syndication-source=https://www.z.com/a"]}, {"url": "https://www.z.com/a"}),
        ({"published_at": later(-0.05)}, {"site": "news.zed.ac.uk"}),
        ({"published_at": later(-0.05)}, {"site": "zed.edu"}),
        ({"author": "Newsroom"}, {"author": "Jane Doe"}),
        ({"author": "Zed News Staff"}, {"author": "By Jane Doe, Staff Writer"}),
        ({"origin_hint": "Zed Herald"}, {"site": "zedherald.com"}),
        ({"origin_hint": "New York Times"}, {"site": "nytimes.com"}),
        ({"origin_hint": "Chronicle"}, {"origin_hint": "Chronicle", "site": "houstonchronicle.com"}),
        ({"origin_hint": "Zed Herald"}, {"page": ["og:site_name=The Zed Herald"]}),
        ({"credited": "Ann Lee\nZed Herald"}, {"site": "zedherald.com"}),
        ({"credited": "Zed Herald", "site": "aherald.com"}, {"page": ["og:site_name=The Zed Herald"]}),
        ({"author": "A News", "site": "anews.com"}, {"author": "Jane Doe"}),
        ({"title": "Watch: Council closes bridge"}, {}),
        ({"title": "COUNCIL CLOSES BRIDGE"}, {}),
    ],
)  # fmt: skip
def test_evidence_outweighs_the_smaller_id(a: dict[str, object], z: dict[str, object]) -> None:
    b = {"title": "Council closes bridge - B", "published_at": later(4), "own_share": 0.1}
    assert source(story(a=a, b=b, z=z)) == "z"


def test_self_canonical_and_own_name_mean_nothing() -> None:
    plain = pick(story(a={}, z={}))
    own = pick(
        story(a={}, z={"url": "https://z.com/x", "page": ["canonical=https://www.z.com/x", "og:url=https://z.com/x"]})
    )
    assert own.equals(plain)


def test_a_minute_ahead_is_worth_less_than_an_hour() -> None:
    minute = pick(story(a={"published_at": later(1 / 60)}, z={}))["canonical_confidence"][0]
    hour = pick(story(a={"published_at": later(1)}, z={}))["canonical_confidence"][0]
    assert 0.5 < minute < 0.6 < hour


def test_lying_canonical_link_does_not_beat_the_agency_itself() -> None:
    liar = {"site": "apnews.com", "page": ["canonical=https://z.com/a"], **AP}
    assert source(story(a={**AP, "published_at": later(1)}, b=liar, z={**AP, "published_at": later(2)})) == "b"


def test_without_the_agency_the_first_complete_carrier_is_taken_with_modest_confidence() -> None:
    carriers = story(
        a={**AP, "coverage": 0.5}, b={**AP, "published_at": later(0.5)}, c={**AP, "published_at": later(0.6)}
    )
    found = pick(carriers).row(0, named=True)
    assert found["canonical_article_id"] == "b"
    assert found["agency"] == "AP"
    assert found["canonical_confidence"] < 0.8


def test_an_agencys_site_is_known_by_any_of_its_hosts() -> None:
    for host in ("www.apnews.com", "hosted.apnews.com"):
        assert source(story(a={**AP, "published_at": later(-5)}, z={"site": host, **AP})) == "z"


def test_of_two_times_far_apart_the_earlier_counts() -> None:
    late = {"published_at": later(24 * 25), "crawled_at": None}
    assert source(story(a=late, z={})) == "z"
    unset = datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert source(story(a={"published_at": unset}, y={"published_at": later(2)}, z={})) == "z"


def test_a_date_tells_of_the_days_around_it_only() -> None:
    day = datetime(2024, 3, 5, tzinfo=UTC)
    assert source(story(a={}, z={"published_at": day - timedelta(days=1)})) == "z"
    assert source(story(a={"published_at": day + timedelta(days=1)}, z={})) == "z"
    found = pick(story(a={"published_at": day}, z={}))["canonical_confidence"][0]
    assert found == pytest.approx(0.55, abs=0.06)


def test_of_one_sites_versions_the_first_counts_not_the_fullest() -> None:
    here = {"site": "one.com"}
    assert source(story(a={**here, "published_at": later(2)}, z={**here, "coverage": 0.3})) == "z"


def test_an_author_who_writes_elsewhere_for_a_site_speaks_for_it() -> None:
    told = {"author": "By Jane Doe, Staff Writer", "published_at": None}
    rows = story(a=told, z={"published_at": None})
    assert source(rows) == "a"
    others = story(**{f"o{i}": {"story_id": f"o{i}", "site": "z.com", "author": "Jane Doe"} for i in range(5)})
    found = pick(pl.concat([rows, others])).filter(pl.col("story_id") == "s").row(0, named=True)
    assert found["canonical_article_id"] == "z"
    assert found["canonical_evidence"] == [
        "other copies name an author who writes for z.com", "the runner-up's author writes for other sites",
    ]  # fmt: skip


def test_a_name_at_a_sites_own_foot_credits_nobody() -> None:
    foot = {"credited": "Zed Herald", "site": "zedherald.com"}
    assert source(story(a={"credited": "Nobody Here"}, z=foot)) == "a"
    assert pick(story(a={}, z=foot)).equals(pick(story(a={}, z={"site": "zedherald.com"})))


@pytest.mark.parametrize("name", ["Chicago", "Tribune", "Chicago Fire Department", "Ann Lee"])
def test_a_part_of_a_sites_name_credits_nobody(name: str) -> None:
    assert source(story(a={"credited": name}, z={"site": "chicagotribune.com"})) == "a"
    assert source(story(a={"credited": "Chicago Tribune"}, z={"site": "chicagotribune.com"})) == "z"


def test_a_person_who_writes_for_the_site_elsewhere_speaks_for_it() -> None:
    others = story(**{f"o{i}": {"story_id": f"o{i}", "site": "z.com", "author": "Jane Doe"} for i in range(3)})
    rows = story(a={"author": "John Roe"}, z={"author": "By Jane Doe, Staff Writer"})
    assert source(rows) == "a"
    found = pick(pl.concat([rows, others])).filter(pl.col("story_id") == "s").row(0, named=True)
    assert found["canonical_article_id"] == "z"
    assert found["canonical_evidence"] == ["its author writes for z.com"]
    guest = story(a={"author": "Jane Doe"}, z={"author": "John Roe", "site": "y.com"})
    found = pick(pl.concat([guest, others])).filter(pl.col("story_id") == "s").row(0, named=True)
    assert found["canonical_article_id"] == "z"
    assert found["canonical_evidence"] == ["the runner-up's author writes for other sites"]


def test_a_name_that_others_keep_is_the_authors() -> None:
    rows = story(
        a={"author": "John Roe"}, b={"author": "Jane Doe", "published_at": later(4)}, z={"author": "By JANE DOE"}
    )
    assert source(rows) == "z"
    assert source(story(a={"author": "Staff"}, z={"author": "Staff"})) == "a"
    assert source(story(a={"site": "education.com"}, z={"site": "edu.com"})) == "a"


def test_times_are_one_reason() -> None:
    day = datetime(2024, 3, 5, tzinfo=UTC)
    evidence = pick(story(a={"published_at": day, "title": "Other"}, y={"published_at": day}, z={}))
    assert sum("time" in reason or "date" in reason for reason in evidence["canonical_evidence"][0]) <= 1


def test_priors() -> None:
    rows = story(a={}, b={"published_at": later(9), "coverage": 0.5})
    assert source(rows, Priors(preferred_sites=("B.com",))) == "b"
    assert source(rows, Priors(never_canonical_sites=("a.com",))) == "b"
    evidence = pick(rows, Priors(preferred_sites=("b.com",)))["canonical_evidence"][0]
    assert evidence[0] == "b.com is a preferred site"


def test_a_site_that_is_again_and_again_the_source_is_believed() -> None:
    clear = [story(a={"story_id": f"s{i}", "published_at": later(5)}, z={"story_id": f"s{i}"}) for i in range(30)]
    clear = [rows.with_columns(pl.col("article_id") + f"-{i}") for i, rows in enumerate(clear)]
    doubtful = story(a={"published_at": None}, z={"published_at": None})
    assert source(doubtful) == "a"
    found = pick(pl.concat([*clear, doubtful])).filter(pl.col("story_id") == "s")
    assert found["canonical_article_id"][0] == "z"
    assert found["canonical_evidence"][0].to_list() == ["z.com is often the source of what others carry"]


def test_nothing_to_tell_them_apart_is_said() -> None:
    found = pick(story(b={}, a={})).row(0, named=True)
    assert (found["canonical_article_id"], found["runner_up_article_id"]) == ("a", "b")
    assert found["canonical_confidence"] == pytest.approx(0.5)
    assert found["canonical_evidence"] == ["nothing much tells it from the runner-up; the smaller id is taken"]


def test_evidence_is_readable_and_weightiest_first() -> None:
    rows = story(a={"site": "apnews.com", **AP}, b={**AP, "published_at": later(2), "coverage": 0.7})
    evidence = pick(rows)["canonical_evidence"][0].to_list()
    assert evidence[0] == "apnews.com is AP's own site"
    assert "first by 2 h" in evidence
    assert "more complete: the runner-up lacks 30 % of the common text" in evidence


def test_story_agency_is_the_one_with_the_most_credit() -> None:
    other = {"agency": "AFP", "agency_evidence": "(AFP)", "agency_strength": 1.0}
    rows = story(a=other, b=AP, c={**AP, "agency_strength": 0.4, "agency_evidence": "AP"}, d={})
    assert story_agency(rows).row(0) == ("s", "AP", "ROME (AP) —")
    assert story_agency(story(a={})).is_empty()


def test_weights_push_the_way_their_names_say() -> None:
    against = ("never", "links_away", "names_other", "credits_wire", "not_article", "furniture")
    assert all(WEIGHTS[name] < 0 for name in against)


members = st.fixed_dictionaries({
    "story_id": st.sampled_from("stu"),
    "site": st.sampled_from(["a.com", "b.com", "apnews.com", None]),
    "title": st.sampled_from(["One", "Two", None]),
    "published_at": st.none() | st.integers(-99, 99).map(later),
    "coverage": st.floats(0, 1),
    "own_share": st.floats(0, 1),
    "kind": st.sampled_from(["article", "stub"]),
    "origin_hint": st.sampled_from([None, "A News", "a.com"]),
    "credited": st.sampled_from([None, "A News\nb.com", "B News"]),
    "author": st.sampled_from([None, "Ann Lee", "By Ann Lee, A News", "Newsroom"]),
    "page": st.sampled_from([[], None, ["canonical=https://b.com/x"]]),
    "crawled_at": st.none() | st.just(NOON),
    "agency": st.sampled_from([None, "AP"]),
})  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(members, max_size=10), st.integers(0, 9))
def test_any_members_give_one_sure_pick_a_story_in_any_order(given: list[dict[str, object]], given_seed: int) -> None:
    rows = story(**{f"x{i}": {"agency_strength": 0.9 if one["agency"] else None, **one} for i, one in enumerate(given)})
    found = pick(rows)
    assert found["story_id"].to_list() == sorted({str(one["story_id"]) for one in given})
    assert found["canonical_article_id"].is_in(rows["article_id"].to_list()).all()
    assert (found["canonical_evidence"].list.len() > 0).all()
    assert found["canonical_confidence"].drop_nulls().is_between(0, 1).all()
    assert pick(rows.sample(fraction=1.0, shuffle=True, seed=given_seed)).equals(found)


def test_a_time_that_the_page_prints_too_is_believed() -> None:
    # One zone away, on a clock of twelve hours.
    printed = {"published_at": later(-2), "printed_at": datetime(2024, 3, 5, 5, 7)}  # noqa: DTZ001
    assert source(story(a={}, z=printed)) == "z"
    filed = {"published_at": later(-2), "url": "https://z.com/2024/03/06/bridge"}
    assert source(story(a={}, z=filed)) == "z"


def test_an_article_without_a_time_stands_at_the_day_of_its_address() -> None:
    filed = {"published_at": None, "url": "https://a.com/2024/03/06/bridge"}
    assert source(story(a=filed, z={})) == "z"
    assert source(story(a={"published_at": later(20)}, z={**filed, "url": "https://z.com/2024/03/05/bridge"})) == "z"


def test_where_all_carry_an_agencys_copy_none_is_the_earlier_version() -> None:
    copies = story(a={**AP, "coverage": 0.6}, z={**AP, "depth": 120.0})
    assert source(copies) == "z"
    assert source(story(a={"depth": 120.0}, z={})) == "z"
