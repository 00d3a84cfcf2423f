"""How much each piece of evidence on a story's source weighs: the table that `dedup.canonical` adds up."""

from __future__ import annotations

WEIGHTS: dict[str, float] = {
    "preferred": 8.0,  # the user prefers this site
    "never": -12.0,  # the user says it is never the source
    "own_domain": 5.5,  # the domain of the agency that the story credits
    "linked_to": 3.6,  # other members' rel=canonical, og:url or syndication-source points here
    "links_away": -1.0,  # its own points elsewhere
    "named": 5.5,  # other members name it as first publisher, or sign with its name
    "names_self": 0.2,  # it names itself as first publisher, or signs with its own name
    "names_other": -1.8,  # it names another site as first publisher
    "author_home": 5.0,  # others name an author who writes for its site elsewhere: share of that author's other stories
    "institution": 1.5,  # its domain is that of a university, a government or an international body
    "by_person": 0.3,  # a person signs it
    "desk": -0.6,  # it signs with a desk's name or its site's, and credits no agency
    "author_kept": 0.3,  # it names a person whom a member on another site names too
    "staff": 1.8,  # of the other stories of the person who signs it, the share on its site less the share elsewhere
    "retitled": -2.0,  # its headline is another member's, cut short, behind a label or in capitals
    "credits_wire": -1.8,  # it credits an agency whose own page is a member of the story
    "earliest": 3.0,  # 1 for the first trusted time of the story, falling with the delay behind it
    "delay": -0.05,  # log of the delay behind it, in quarters of an hour
    "no_time": 3.0,  # no time that can be believed (none, after the crawl, days off the others): as likely first as late
    "untimed": -0.35,  # without either, log of the number of members that state a time: one of them is the likelier first
    "midnight": 2.8,  # midnight exactly, a date and not a time, of the day on which the first time falls
    "headline": 0.8,  # share of the other members with the same headline
    "coverage": 1.6,  # share of the story's core text it holds, less the best share
    "wire_coverage": 4.0,  # the same again where all carry an agency's copy: none wrote it, so the fullest serves best
    "pushed_down": -1.3,  # log of how deep the shared text stands in it: a later version sets a new top over the old one
    "own_share": -0.6,  # share of its text no other member has, in a story of three or more
    "own_share_pair": 1.0,  # the same in a story of two, where a cut copy has none of its own
    "not_article": -0.8,  # a stub, digest, template or interstitial
    "site_habit": 1.5,  # log odds that the site originates stories others carry, learned from the crawl
    "furniture": -1.5,  # share of its page that is furniture
}
"""Weight of each piece of evidence, in log odds.

Rounded from a conditional logit on seeds 31 to 60 of benchmarks/corpus (hard, 5,000 articles on 1,000 sites each), drawn to
what was set by judgement before. preferred, never, own_domain, names_self, institution and wire_coverage are judgement
alone; headline, own_share, author_kept, retitled, named, author_home, pushed_down, furniture and delay are held nearer to
it, for real pages lie and slip in more ways than generated ones.
"""
