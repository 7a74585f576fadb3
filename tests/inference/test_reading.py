"""Tables from clinics: what is read, what is refused, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rewire.errors import PlanError, StudyError
from rewire.inference.event_table import is_event_table, left_out, read_events, write_events
from rewire.inference.moments import Clock
from rewire.inference.read_doses import read_doses
from rewire.inference.read_scores import MOST_SCORES, read_scores
from rewire.inference.scores import Person, Score
from rewire.plans import Plan

START = date(2026, 1, 5)


def write(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_names_of_columns_and_instruments_may_differ(tmp_path):
    path = write(tmp_path, "Patient ID;Date;Scale;Total\n7;2026-01-05;phq9;20\n7;2026-01-12T10:30;44261-6;14\n")
    read = read_scores(path, START)
    (person,) = read.people
    assert person.name == "7"
    assert [(s.at, s.scale, s.low) for s in person.scores] == [(0.0, "PHQ-9", 20), (169.5, "PHQ-9", 14)]
    assert any("09:00" in note for note in read.report.notes)


@pytest.mark.parametrize(
    "text",
    [
        "Patient name,Assessment Date,Questionnaire,Total Score\nA,2026-01-05,phq 9,20\n",
        "Client,Date completed,Name of instrument,Overall score\nA,2026-01-05,PHQ9,20\n",
        "MRN;Date;Time;PHQ-9;GAD7\nA;2026-01-05;9:00;20;\n",
        "participant\tvisit date\tGAD-7\tPHQ 9 \nA\t2026-01-05\t\t20\n",
    ],
)
def test_heads_of_columns_may_say_more_and_instruments_may_have_their_own(tmp_path, text):
    read = read_scores(write(tmp_path, text), START)
    (person,) = read.people
    assert person.name == "A"
    assert [(s.at, s.scale, s.low) for s in person.scores] == [(0.0, "PHQ-9", 20)]


def test_columns_that_are_not_used_are_named(tmp_path):
    path = write(tmp_path, "date,instrument,score,Nurse,change of score\n2026-01-05,PHQ-9,20,Eva,3\n")
    assert "columns not used: Nurse, change of score" in read_scores(path, START).report.notes


def test_an_own_column_of_an_instrument_is_judged_cell_by_cell(tmp_path):
    path = write(tmp_path, "date,PHQ-9,GAD-7\n2026-01-05,20,14\n2026-01-12,x,30\n2026-01-19,9,8\n")
    report = read_scores(path, START).report
    assert report.read == 4
    assert [(bad.row, bad.why) for bad in report.refused] == [
        (3, "'x' is not a number"),
        (3, "GAD-7 cannot be 30; it runs from 0 to 21"),
    ]


def test_rows_refused_for_one_reason_are_told_together_and_safely(tmp_path):
    rows = "".join(f"2026-01-{day:02},FOO,{day}\n" for day in range(6, 20)) + "2026-01-05,PHQ-9,\x1b[31m7\n"
    report = read_scores(write(tmp_path, f"date,instrument,score\n2026-01-05,PHQ-9,20\n{rows}"), START).report
    lines = [line for line in report.lines() if "refused:" in line]
    assert lines[0].startswith("  lines 3, 4, 5, 6, 7, 8, 9, 10 and 6 more refused: 'FOO' is no known instrument")
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


def test_heads_may_name_units(tmp_path):
    text = "Date,Medication,Dose (mg/kg),Route of administration,Duration [min]\n2026-01-05,Ketamine,0.5,i.v.,40\n"
    plans, report = read_doses(write(tmp_path, text), START)
    assert report.read == 1
    assert plans["person"] == Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")
    with pytest.raises(StudyError, match="does not say the unit"):
        read_doses(write(tmp_path, text.replace(" (mg/kg)", "")), START)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-01-05,PHQ-9,28", "runs from 0 to 27"),
        ("2026-01-05,PHQ-9,-1", "runs from 0 to 27"),
        ("2026-01-05,PHQ-9,12.5", "whole number"),
        ("2026-01-05,PHQ-9,twelve", "not a number"),
        ("2026-01-05,PHQ-9,", "missing"),
        ("2026-01-05,BDI,12", "no known instrument"),
        ("05/01/2026,PHQ-9,12", "order of day and month"),
        ("2026-13-05,PHQ-9,12", "no time"),
        ("2026-01-05T09:00+01:00,PHQ-9,12", "--zone"),
        ("2026-01-05,PHQ-9,12", "already has a score"),
        ("2131-01-12,PHQ-9,12", "lies in the future"),
        ("9999-12-31,PHQ-9,12", "the year 9999 cannot be meant"),
        ("0026-01-05,PHQ-9,12", "the year 26 cannot be meant"),
        ("2026-01-12,PHQ-9,12,5", "4 cells under 3 columns"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_its_reason(tmp_path, row, why):
    path = write(tmp_path, f"date/time,instrument,score\n2026-01-05,PHQ-9,20\n{row}\n")
    report = read_scores(path, START).report
    assert report.read == 1
    assert [bad.row for bad in report.refused] == [3]
    assert why in report.refused[0].why


def test_time_zones_and_summer_time_are_heeded(tmp_path):
    path = write(
        tmp_path,
        "time,instrument,score\n2026-03-28T08:00:00Z,PHQ-9,20\n2026-03-29T07:00:00+00:00,PHQ-9,18\n2026-03-29T09:00,MADRS,20\n",
    )
    (person,) = read_scores(path, date(2026, 3, 28), "Europe/Berlin").people
    assert [score.at for score in person.scores] == [0.0, 23.0, 23.0]
    with pytest.raises(StudyError, match="no time zone"):
        read_scores(path, START, "Europe/Atlantis")


def test_times_that_clocks_skip_or_show_twice_are_not_guessed(tmp_path):
    text = (
        "time,instrument,score\n2025-03-30T02:30,PHQ-9,20\n2025-10-26T02:30,PHQ-9,18\n2025-10-26T02:30+01:00,PHQ-9,17\n"
        "2025-03-30T01:30,PHQ-9,16\n"
    )
    read = read_scores(write(tmp_path, text), date(2025, 3, 29), "Europe/Berlin")
    assert [bad.row for bad in read.report.refused] == [2]
    assert "no 2025-03-30T02:30" in read.report.refused[0].why
    assert any("2025-10-26T02:30 comes twice" in note for note in read.report.notes)
    assert any("not in the order of time" in note for note in read.report.notes)
    first, second, third = (score.at for score in read.people[0].scores)
    assert (first, third - second) == (16.5, 1.0)


def test_a_dose_still_to_come_is_planned_and_a_score_is_not(tmp_path):
    clock = Clock(START, now=datetime(2026, 1, 20, tzinfo=UTC))
    assert not clock.is_ahead(24.0 * 15)
    assert clock.is_ahead(24.0 * 17)
    coming = (datetime.now(UTC) + timedelta(days=20)).date()
    row = f"{coming},ketamine,0.5,mg/kg,iv,40 min\n"
    path = write(tmp_path, f"date/time,drug,dose,unit,route,duration\n{row}")
    _, report = read_doses(path, coming - timedelta(days=30))
    assert report.read == 1
    assert any("as planned" in note for note in report.notes)


def test_nobody_is_followed_for_ever(tmp_path):
    report = read_scores(
        write(tmp_path, "time,scale,score\n2020-01-05,PHQ-9,3\n2026-01-05,PHQ-9,3\n"), date(2020, 1, 5)
    ).report
    assert "more than 3 years after day 1" in report.refused[0].why


def test_a_hundred_thousand_rows_of_many_people_are_read(tmp_path):
    rows = [f"P{k % 12500},2026-01-{5 + k // 12500:02},MADRS,{k % 61}" for k in range(100_000)]
    rows[7] = "P7,2026-01-05,MADRS,seven"
    read = read_scores(write(tmp_path, "\n".join(["person,time,scale,score", *rows])), START)
    assert read.report.read == 99_999
    assert [(bad.row, bad.text) for bad in read.report.refused] == [(9, "P7, 2026-01-05, MADRS, seven")]
    assert len(read.people) == 12_500
    alone = read_scores(
        write(
            tmp_path,
            "time,scale,score\n"
            + "\n".join(f"2026-01-05T{k // 3600 % 24:02}:{k // 60 % 60:02}:{k % 60:02},MADRS,9" for k in range(6000)),
        ),
        START,
    )
    assert alone.report.read == MOST_SCORES
    assert "a column person" in alone.report.refused[0].why


def test_a_quote_that_is_not_closed_swallows_nothing(tmp_path):
    with pytest.raises(StudyError, match="cannot be read as a table"):
        read_scores(write(tmp_path, 'time,scale,score\n2026-01-05,"PHQ-9,3\n2026-01-06,PHQ-9,3\n'), START)


def test_a_table_that_fails_half_way_leaves_no_file(tmp_path):
    person, plan = Person((Score(0.0, "MADRS", 30, 30),)), Plan("ketamine 0.5 mg/kg IV over 40 min, day 1")

    def people():
        yield person, plan
        raise StudyError("stopped")

    path = tmp_path / "events.csv"
    with pytest.raises(StudyError, match="stopped"):
        write_events(people(), path, 100.0)
    assert not list(tmp_path.iterdir())


def test_items_give_a_range_and_item_nine_is_kept_as_entered(tmp_path):
    path = write(
        tmp_path, "time,instrument,items\n2026-01-05,PHQ-9,1;2;2;1;;1;0;1;2\n2026-01-12,PHQ-9,1;;;;2;2;2;2;0\n"
    )
    read = read_scores(path, START)
    (score,) = read.people[0].scores
    assert (score.low, score.high) == (10, 13)
    assert read.ninth == (("person", 0.0, 2),)
    assert "items are missing" in read.report.refused[0].why


def test_a_file_without_what_is_needed_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no column for the instrument"):
        read_scores(write(tmp_path, "date,score\n2026-01-05,3\n"), START)
    with pytest.raises(StudyError, match="empty"):
        read_scores(write(tmp_path, ""), START)
    with pytest.raises(StudyError, match="no row could be read"):
        read_scores(write(tmp_path, "date,scale,score\nx,PHQ-9,3\n"), START)
    with pytest.raises(StudyError, match="two columns mean"):
        read_scores(write(tmp_path, "date,timestamp,scale,score\n2026-01-05,x,PHQ-9,3\n"), START)
    with pytest.raises(StudyError, match="cannot read"):
        read_scores(tmp_path / "none.csv", START)


def test_covariates_outside_an_adult_are_refused_alone(tmp_path):
    scores = write(tmp_path, "id,date,scale,score\na,2026-01-05,PHQ-9,3\n")
    people = write(tmp_path, "id,age,weight,sex\na,12,81,F\n", "people.csv")
    read = read_scores(scores, START, None, people)
    assert dict(read.people[0].covariates) == {"weight": 81.0, "female": 1.0}
    assert "age 12" in read.report.refused[0].why


def test_doses_become_the_same_plan(tmp_path):
    rows = "".join(f"2026-01-{day:02}T09:00,Ketamine,0.5,mg/kg,iv,40 min\n" for day in (5, 8, 12))
    path = write(
        tmp_path, f"date/time,drug,dose,unit,route,duration\n{rows}2026-01-13T09:00,ketamine,0.5,pounds,iv,40 min\n"
    )
    plans, report = read_doses(path, START)
    assert plans["person"].events(400) == Plan("ketamine 0.5 mg/kg IV over 40 min, days 1, 4, 8").events(400)
    assert "unit of a dose" in report.refused[0].why


def test_doses_beyond_the_safety_rules_stop_the_reading(tmp_path):
    path = write(tmp_path, "date/time,drug,dose,unit,route,duration\n2026-01-05,ketamine,3,mg/kg,iv,40 min\n")
    with pytest.raises(PlanError):
        read_doses(path, START)


def test_an_event_table_reads_back_as_it_was_written(tmp_path):
    plan = Plan(
        "ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks", "esketamine 56 mg intranasal, day 30 at 14:00"
    )
    person = Person(
        (Score(0.0, "MADRS", 30, 30), Score(24.5, "PHQ-9", 12, 12)), "a", covariates={"age": 40.0, "weight": 81.5}
    )
    path = tmp_path / "events.csv"
    write_events([(person, plan)], path, 1000.0)
    assert is_event_table(path)
    ((again, course),), report = read_events(path)
    assert not report.refused
    assert [(s.at, s.scale, s.low) for s in again.scores] == [(s.at, s.scale, s.low) for s in person.scores]
    assert dict(again.covariates) == dict(person.covariates)
    said = [(event.at, event.lasts, event.what) for event in course.events(1000)]
    assert said == [(event.at, event.lasts, event.what) for event in plan.events(1000)]


def test_what_an_event_table_cannot_hold_is_said(tmp_path):
    plan = Plan("ketamine 0.5 mg/kg IV over 40 min, twice weekly for 2 weeks", "CBT 50 min, weekly for 2 weeks")
    assert left_out(plan) == ("CBT 50 min, weekly for 2 weeks",)
    path = tmp_path / "events.csv"
    asked = Score(200.0, "PHQ-9", 10, 13)
    assert write_events([(Person((asked,)), plan), (Person(), plan)], path) == 5
    people, report = read_events(path)
    assert not report.refused
    assert [len(course.events(1e4)) for _, course in people] == [3, 1]
    assert people[0][0].scores[0].low == 12


def test_event_tables_expand_doses_and_ask_how_covariates_hold(tmp_path):
    text = (
        "ID,TIME,EVID,AMT,RATE,ADDL,II,DV,SCALE,DRUG,ROUTE,DOSEU,WT\n"
        "1,0,1,35,52.5,2,72,.,.,ket,iv,mg,80\n1,200,0,.,.,.,.,14,PHQ9,.,.,.,90\n1,210,4,10,.,.,.,.,.,ket,iv,mg,90\n"
    )
    path = write(tmp_path, text)
    with pytest.raises(StudyError, match="WT changes over time"):
        read_events(path)
    ((person, plan),), report = read_events(path, "locf")
    assert [event.at for event in plan.events(300)] == [0.0, 72.0, 144.0]
    assert plan.events(1)[0].lasts == pytest.approx(2 / 3)
    assert person.covariates["weight"] == 80.0
    assert "EVID 4" in report.refused[0].why
    with pytest.raises(StudyError, match="cannot hold by"):
        read_events(path, "linear")


def test_an_event_table_refuses_what_stands_twice(tmp_path):
    text = (
        "ID,TIME,EVID,AMT,DV,SCALE,DRUG,ROUTE,DOSEU\n1,0,0,.,30,MADRS,.,.,.\n1,0,0,.,31,MADRS,.,.,.\n"
        "1,0,1,35,.,.,ket,im,mg\n1,0,1,35,.,.,ket,im,mg\n1,999999999,0,.,3,MADRS,.,.,.\n"
    )
    _, report = read_events(write(tmp_path, text))
    assert [bad.row for bad in report.refused] == [3, 5, 6]
