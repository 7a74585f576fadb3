"""Published-trial files made up at random, each in the form that the reader promises to take."""

from __future__ import annotations

from hypothesis import strategies as some

DIAGNOSES = ("MDD", "TRD", "bipolar depression", "PTSD", "GAD", "SAD", "healthy")
SCALES = {"MADRS": 30, "HAM-D17": 22, "QIDS-SR16": 16, "PHQ-9": 17, "GAD-7": 13, "HAM-A": 24, "PCL-5": 48, "CAPS-5": 38}
"""Scales with a mean that ill people have."""
PLANS = (
    "ketamine 0.5 mg/kg IV over 40 min, day 1", "ketamine 0.5 mg/kg IV, day 1", "ketamine 40 mg IV over 1 h, days 1, 4, 8",
    "ketamine 0.1 mg/kg IM, day 1", "ketamine 0.9 mg/kg subcutaneous, twice weekly for 4 weeks",
    "ketamine 0.5 mg/kg SC, weekly for 6 weeks", "ketamine 1 mg/kg oral, three times weekly for 3 weeks",
    "ketamine 150 mg oral, daily for 6 weeks", "ketamine 100 mg sublingual, weekly for 4 weeks",
    "ketamine 50 mg intranasal over 20 min, day 1", "esketamine 84 mg intranasal, twice weekly for 4 weeks",
    "esketamine 28 mg intranasal, day 1", "esketamine 0.4 mg/kg IV over 40 min, day 1",
    "ketamine 0.6 mg/kg IV over 96 h, day 1", "ketamine 0.5 mg/kg IV over 40 min, three times weekly until response",
    "ketamine 0.5 mg/kg IV over 40 min, weekly for 12 weeks, when MADRS >= 20",
    "ketamine 0.5 mg/kg IV over 40 min, every 2 weeks from week 5 for 12 weeks",
    "midazolam 0.045 mg/kg IV over 40 min, day 1", "midazolam 0.02 mg/kg IM, day 1", "midazolam 4.5 mg oral, day 1",
    "saline IV over 40 min, twice weekly for 2 weeks", "saline IM, day 1", "placebo spray, twice weekly for 4 weeks",
    "placebo tablet, daily for 8 weeks", "sertraline 100 mg oral, daily for 8 weeks", "venlafaxine 150 mg oral, daily",
    "escitalopram 10 mg oral, daily for 12 weeks", "CBT 50 min, weekly for 12 weeks",
    "prolonged exposure 90 min, twice weekly for 5 weeks", "mindfulness 30 min, daily for 8 weeks",
    "counselling 50 min, weekly for 8 weeks", "behavioural activation 50 min, weekly for 10 weeks",
    "self-association training 20 min, days 2, 3, 4, 5", "walking 30 min, daily", "running 45 min, three times weekly",
    "sleep routine, daily for 4 weeks", "job loss, severity 0.6, day 20 for 2 weeks",
)  # fmt: skip
BACKGROUNDS = (
    "none", "stable antidepressant", "new antidepressant", '"sertraline 100 mg oral, daily, since 8 weeks before"',
    '["lithium 900 mg oral, daily"]', '[stable antidepressant, "quetiapine 100 mg oral, daily"]',
    '["CBT 50 min, weekly for 8 weeks"]',
)  # fmt: skip
TIMES = ("40 min", "2 h", "24 h", "day 8", "72h", "10 days", "week 4", "2 weeks", "1 month", "week 8", "baseline")
LATER = ("7 days", "2 weeks", "day 28", "4 weeks")
ONE_ARM = (
    "mean",
    "sd",
    "mean change",
    "response",
    "remission",
    "sustained",
    "median time to relapse",
    "worse",
    "sd change",
)
TWO_ARMS = ("difference", "effect size", "response difference", "hazard ratio")


@some.composite
def trial_files(draw) -> str:
    """The text of one file."""

    def pick(*choices):
        return draw(some.sampled_from(choices))

    def maybe(text: str) -> str:
        return text if draw(some.booleans()) else ""

    diagnosis = pick(*DIAGNOSES)
    design = pick("parallel", "crossover", "open")
    names = [f"arm {letter}" for letter in "abc"[: draw(some.integers(1, 3))]]
    scales = draw(some.lists(some.sampled_from(sorted(SCALES)), unique=True, max_size=3))
    baseline = ", ".join(
        f"{scale}: {{mean: {SCALES[scale]}{', sd: 5.2' if draw(some.booleans()) else ''}}}" for scale in scales
    )
    lines = ["rewire: 1", "trial: made-up", f"use: {pick('calibrate', 'prior', 'test')}"]
    lines += [f"design: {design}", 'source: {citation: "Somebody 2031"' + maybe(", doi: 10.1/1") + "}", "people:"]
    lines += [f"  diagnosis: {diagnosis}", "  n: 200"]
    lines += [
        line
        for line in (
            maybe(f"  age: {{mean: {draw(some.integers(19, 80))}, sd: 11}}"), maybe("  female: 0.6"),
            maybe("  weight: {mean: 81, sd: 16}"), maybe(f"  setting: {pick('outpatient', 'inpatient', 'clinic', 'home')}"),
            maybe(f"  background: {pick(*BACKGROUNDS)}"), f"  baseline: {{{baseline}}}" if baseline else "",
        )
        if line
    ]  # fmt: skip
    lines.append("arms:")
    for name in names:
        plans = draw(some.lists(some.sampled_from(PLANS), unique=True, max_size=2))
        if any(plan.startswith("ketamine") for plan in plans):
            plans += draw(some.lists(some.just("CBT 50 min, 24 h after each ketamine"), max_size=1))
        masking = maybe("masking: open, ") if design == "open" else (
            f"masking: {pick('open', 'saline', 'active placebo', 'anaesthesia')}, "
        )  # fmt: skip
        words = ", ".join(f'"{plan}"' for plan in plans)
        lines.append(f"  {name}: {{n: {draw(some.integers(2, 200))}, {masking}plan: [{words}]}}")
    lines.append("results:")
    told = set()
    for _ in range(draw(some.integers(1, 5))):
        row = draw(_rows(names, [*scales, "MADRS"]))
        key = row.split(", value")[0]
        if key not in told:
            told.add(key)
            lines.append(f"  - {{{row}{maybe(', headline: true')}{maybe(', status: verified')}}}")
    return "\n".join(lines) + "\n"


@some.composite
def _rows(draw, names: list[str], scales: list[str]) -> str:
    measure = draw(some.sampled_from(ONE_ARM + (TWO_ARMS if len(names) > 1 else ())))
    scale = draw(some.sampled_from(scales))
    who = f"arms: [{names[0]}, {names[1]}]" if measure in TWO_ARMS else f"arm: {draw(some.sampled_from(names))}"
    value, rest = {
        "mean": ("12.5", ", se: 1.1"), "sd": ("7", ""), "mean change": ("-6.5", ", sd: 7"),
        "sd change": ("8", ""), "response": ("0.45", ", n: 20"), "remission": ("0.2", ", cut: 7"),
        "worse": ("0.1", ""), "sustained": ("0.5", ""), "median time to relapse": ("18", ""),
        "difference": ("-3.5", ", ci95: [-6, -1]"), "effect size": ("-0.5", ", ci95: [-0.9, -0.1]"),
        "response difference": ("0.2", ""), "hazard ratio": ("0.5", ", ci95: [0.3, 0.8]"),
    }[measure]  # fmt: skip
    times = f", at: {draw(some.sampled_from(TIMES))}"
    if measure in ("sustained", "median time to relapse", "hazard ratio"):
        times = f", from: {draw(some.sampled_from(('24 h', 'day 15', 'week 4')))}"
        if measure == "sustained" or draw(some.booleans()):
            times += f", at: {draw(some.sampled_from(LATER))}"
    needed = rest if measure == "remission" or draw(some.booleans()) else ""
    return f"{who}, scale: {scale}{times}, measure: {measure}, value: {value}{needed}"


CHARACTERS = some.sampled_from(tuple("{}[]:,#-\"'&*!|>%@` \t\n0123456789.eE+abkmn\u2212\u00e9\x07"))
WORDS = some.sampled_from((
    "null", "true", "1e400", "-1", "0", "nan", ".inf", "95", "[]", "{}", "~", "day 0", "week -1", "MADRS", "ketamine", "n:",
    "- ", "&a", "*a", "<<", "open", "twice weekly", "24 h after each ketamine", "until", "when", "over", "0x10", "1_000",
))  # fmt: skip


@some.composite
def broken_files(draw) -> str:
    """The text of a file with a few slips: holes, other characters, other words, lines twice or in another order."""
    text = draw(trial_files())
    for _ in range(draw(some.integers(1, 4))):
        spot = draw(some.integers(0, max(len(text) - 1, 0)))
        size = draw(some.integers(0, 9))
        kind = draw(some.sampled_from(("hole", "character", "word", "line")))
        if kind == "line":
            lines = text.splitlines()
            one = draw(some.sampled_from(lines)) if lines else ""
            lines.insert(draw(some.integers(0, len(lines))), one)
            text = "\n".join(lines)
        else:
            new = {"hole": "", "character": draw(CHARACTERS), "word": draw(WORDS)}[kind]
            text = text[:spot] + new + text[spot + size :]
    return text
