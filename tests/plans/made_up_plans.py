"""Plans made up at random, each one of the values that the language can say."""

from datetime import date

from hypothesis import strategies as some

from rewire.plans.catalogue import drugs, largest_score, lengths
from rewire.plans.events import OUTCOMES, SCALES, Activity, Condition, Dose, LifeEvent, Session
from rewire.plans.phrase import Every, Near, OnDays, Onwards, Phrase, When
from rewire.plans.plan import Plan
from rewire.plans.read_when import TIMES_DAILY, TIMES_WEEKLY

HOURS = some.one_of(
    some.integers(1, 600).map(lambda minutes: minutes / 60),
    some.integers(1, 60).map(float),
    some.integers(1, 50).map(lambda days: 24.0 * days),
    some.floats(0.01, 90, allow_nan=False),
)
CLOCKS = some.none() | some.integers(0, 1439).filter(lambda minutes: minutes != 540)
RHYTHMS = some.one_of(
    some.sampled_from([Every(168.0, tuple(24.0 * (day - 1) for day in days)) for days in TIMES_WEEKLY.values()]),
    some.sampled_from([Every(24.0, tuple(24.0 * turn / times for turn in range(times))) for times in TIMES_DAILY]),
    some.integers(1, 30).map(lambda days: Every(24.0 * days)),
    some.floats(1, 400, allow_nan=False).map(Every),
)
DAYS = some.sets(some.integers(1, 300), min_size=1, max_size=6).map(lambda days: OnDays(tuple(sorted(days))))


@some.composite
def conditions(draw):
    kind = draw(some.sampled_from(["until", "when"]))
    if draw(some.booleans()):
        return Condition(kind, draw(some.sampled_from(OUTCOMES)))
    scale = draw(some.sampled_from(SCALES))
    score = draw(some.integers(0, int(largest_score(scale))))
    return Condition(kind, scale, draw(some.sampled_from([">=", "<=", ">", "<"])), float(score))


@some.composite
def doses(draw):
    drug = drugs()[draw(some.sampled_from(sorted(drugs())))]
    route = drug.routes[draw(some.sampled_from(sorted(drug.routes)))]
    amount, unit = 0.0, "mg"
    if route.plausible:
        unit = route.plausible.unit
        amount = draw(some.floats(route.plausible.low, route.plausible.high, allow_nan=False))
    lasts = draw(HOURS.filter(lambda hours: hours <= route.longest)) if route.longest else 0.0
    if route.over and draw(some.booleans()):
        lasts = route.over
    return Dose(drug.name, amount, unit, route.name), lasts


@some.composite
def treatments(draw):
    kind = draw(some.sampled_from(["dose", "therapy", "activity"]))
    if kind == "dose":
        return draw(doses())
    name = draw(some.sampled_from(sorted(lengths(kind))))
    return (Session(name) if kind == "therapy" else Activity(name)), draw(HOURS)


@some.composite
def ends(draw, first_day):
    kind = draw(some.sampled_from(["span", "count", "until_day", ""]))
    values = {"span": HOURS, "count": some.integers(1, 30), "until_day": some.integers(first_day + 1, 400)}
    return {kind: draw(values[kind])} if kind else {}


@some.composite
def phrases(draw, anchors=()):
    what, lasts = draw(treatments())
    condition = draw(some.none() | conditions())
    kind = draw(some.sampled_from(["days", "every", "since", "near"] if anchors else ["days", "every", "since"]))
    clock = draw(CLOCKS)
    if kind == "days":
        return Phrase(what, lasts, When(draw(DAYS), clock=clock, condition=condition))
    if kind == "near":
        offset = draw(HOURS) * draw(some.sampled_from([1, -1]))
        clock = draw(some.none() | some.integers(0, 1439)) if offset % 24 == 0 else None
        rhythm = Near(offset, draw(some.sampled_from(["each", "first"])), draw(some.sampled_from(anchors)))
        first = draw(some.none() | some.integers(1, 100))
        end = draw(ends(first or 1))
        return Phrase(what, lasts, When(rhythm, first_day=first, clock=clock, condition=condition, **end))
    before = 24.0 * draw(some.integers(1, 200)) if kind == "since" else 0.0
    first = draw(some.none() | some.integers(2, 300)) if kind == "every" else None
    end = draw(ends(first or 1))
    when = When(draw(RHYTHMS), first_day=first, before=before, clock=clock, condition=condition, **end)
    return Phrase(what, lasts, when)


@some.composite
def life_events(draw):
    what = LifeEvent(
        draw(some.sampled_from(sorted(lengths("life")))), draw(some.just(0.0) | some.floats(1e-6, 1, allow_nan=False))
    )
    clock = draw(CLOCKS)
    kind = draw(some.sampled_from(["days", "from", "since"]))
    if kind == "days":
        return Phrase(what, draw(HOURS), When(draw(DAYS), clock=clock))
    first = draw(some.integers(1, 300))
    until = {"until_day": draw(some.integers(first + 1, 400))} if draw(some.booleans()) else {}
    if kind == "from":
        return Phrase(what, 0.0, When(Onwards(), first_day=None if first == 1 else first, clock=clock, **until))
    span = until or ({"span": draw(HOURS)} if draw(some.booleans()) else {})
    return Phrase(what, 0.0, When(Onwards(), before=24.0 * draw(some.integers(1, 200)), clock=clock, **span))


NAMES = some.text(max_size=30).map(str.strip).filter(str.isprintable)


def is_not_ketamine(phrase):
    """Ketamine cannot follow itself."""
    return getattr(phrase.what, "drug", "") != "ketamine"


@some.composite
def plans(draw):
    """Plans of research, as made-up doses know no safety limits."""
    own = draw(some.lists(phrases(), max_size=4))
    followers = draw(some.lists(phrases(anchors=("ketamine",)).filter(is_not_ketamine), max_size=2))
    infusion = Phrase(Dose("ketamine", 0.5, "mg/kg", "IV"), 40 / 60, When(OnDays((1,))))
    life = draw(some.lists(life_events(), max_size=2))
    start = draw(some.none() | some.dates(date(1900, 1, 1), date(2200, 1, 1)))
    return Plan(infusion, *own, *followers, *life, name=draw(NAMES), start=start, research=True)
