"""What one request may ask for, so that nobody can starve the others."""

from __future__ import annotations

from dataclasses import dataclass

from rewire.errors import RewireError


class LimitError(RewireError):
    """A request larger than this service answers."""


class BusyError(LimitError):
    """One study too many of one client; later there will be room."""


@dataclass(frozen=True)
class Limits:
    """The limits of a service. Work is counted in person-weeks: plans x people x weeks, with the repeats of draws."""

    most_plans: int = 4
    most_people: int = 20_000
    most_weeks: float = 104.0
    most_person_weeks: float = 4_000_000.0
    short_person_weeks: float = 60_000.0
    """Work up to this size has a lane of its own, so that it never waits behind long work."""
    most_draws: int = 48
    most_phrases: int = 60
    most_waiting: int = 6
    """Studies of one client that may wait or run at a time."""
    kept: int = 12
    """Finished results of one client that stay in memory."""
    kept_in_all: int = 80
    """Finished results of all clients together that stay in memory."""
    longest_seconds: float = 600.0
    """After this a study is stopped."""
    longest_answer: float = 120.0
    """A request that waits for its study gives up after this many seconds."""
    largest_body: int = 400_000
    """Characters of a request."""


PEOPLE_PER_DRAW = 200
"""How many people each draw of what is not known repeats, at most."""


def person_weeks(plans: int, people: int, weeks: float, draws: int) -> float:
    """The size of a comparison; every plan also meets its drug-free twin."""
    return 2.0 * plans * weeks * (people + draws * min(people, PEOPLE_PER_DRAW))


def check_size(limits: Limits, plans: int, people: int, weeks: float, draws: int) -> float:
    """The size of a comparison in person-weeks; refuses one beyond the limits, and says which limit."""
    for asked, most, words in (
        (plans, limits.most_plans, "plans"),
        (people, limits.most_people, "people"),
        (weeks, limits.most_weeks, "weeks"),
        (draws, limits.most_draws, "draws"),
    ):
        if asked > most:
            raise LimitError(
                f"{asked:,g} {words} are more than this service answers",
                expected=f"at most {most:,g} {words}",
                advice="the command line has no such limit: rewire compare",
            )
    size = person_weeks(plans, people, weeks, draws)
    if size > limits.most_person_weeks:
        raise LimitError(
            f"{size:,.0f} person-weeks are more than this service answers",
            expected=f"at most {limits.most_person_weeks:,.0f}; every plan and every draw counts",
            advice="fewer people or weeks, or the command line: rewire compare",
        )
    return size
