"""The report on lessons says what its numbers are, as exactly as they can be read."""

import math

import pandas as pd
import pytest
from lesson_rows import (
    ALL_THE_WAY,
    COUNTED,
    FORGOTTEN_BY_ALL,
    KNOWN,
    OF_THE_SERVICE,
    SPREAD_ALONE,
    journal,
)

from lpsim.analysis.observed import OBSERVED
from lpsim.errors import InputError
from lpsim.lessons.stages import counted
from lpsim.show.text.funnel import OBSERVED_WORDS, in_words, number, observed_words, report
from lpsim.show.text.lines import WIDTH


@pytest.fixture
def lessons():
    return journal(*COUNTED, KNOWN, OF_THE_SERVICE)


class TestInWords:
    def test_the_first_sentence_speaks_of_a_thousand_lessons(self, lessons):
        assert in_words([lessons])[0] == (
            "Of every 1,000 lessons born in practices, 500 came to be held by most of the team, "
            "500 got into the practice's memory (protocols, records), 333 reached another practice, "
            "167 got into the service's guidance, and 167 came back from the service to a practice that "
            "never saw the event."
        )

    def test_the_second_says_what_is_counted_and_left_out(self, lessons):
        assert in_words([lessons])[1] == (
            "Counted: 6 lessons, 1 mistaken when born. Left out: 1 that most of the team held already, "
            "1 born in bodies of the service."
        )

    def test_one_lesson_is_one_lesson(self):
        assert "Counted: 1 lesson, none mistaken" in in_words([journal(SPREAD_ALONE)])[1]
        assert "Counted: 1 lesson a run" in in_words([journal(SPREAD_ALONE)] * 2)[1]

    def test_a_little_is_never_called_none(self):
        rare = [journal(*[FORGOTTEN_BY_ALL] * 1999, ALL_THE_WAY)]
        assert "fewer than 1 got into the service's guidance" in in_words(rare)[0]
        assert "none got into the service's guidance" in in_words([journal(SPREAD_ALONE)])[0]

    @pytest.mark.parametrize(
        ("name", "numbers", "text"),
        [
            ("of_born", (0.308, 0.299, 0.317, 4), ("30.8 %", "[29.9 to 31.7]")),
            ("of_born", (0.00206, 0.0016, 0.00244, 4), ("0.21 %", "[0.16 to 0.24]")),
            ("of_born", (0.25, math.nan, math.nan, 1), ("25 %", "")),
            ("of_born", (1.0, 1.0, 1.0, 4), ("100 %", "")),
            ("of_born", (0.0, 0.0, 0.0, 4), ("0 %", "")),
            ("of_born", (math.nan, math.nan, math.nan, 0), ("–", "")),
            ("reached", (31211.25, 29312.8, 33109.7, 4), ("31,211", "[29,313 to 33,110]")),
            ("reached", (63.75, 48.6, 78.9, 4), ("63.8", "[48.6 to 78.9]")),
            ("reached", (7, math.nan, math.nan, 1), ("7", "")),
            ("steps", (7.5, math.nan, math.nan, 1), ("7.5", "")),
            ("steps", (6.0, 6.0, 6.0, 4), ("6.0", "")),
        ],
    )
    def test_numbers_are_as_exact_as_they_can_be_read(self, name, numbers, text):
        row = dict(zip((name, f"{name}_low", f"{name}_high", f"{name}_runs"), numbers, strict=True))
        found = number(row, name)
        assert (found.text, found.interval) == text


class TestReport:
    def test_one_run_is_reported_line_by_line(self, lessons):
        text = list(report([lessons], "week"))
        assert text[0] == "HOW FAR LESSONS GET, AND WHERE THEY END"
        assert "One run: another seed gives other numbers." in text
        at = text.index("                lessons  of born  of before  weeks")
        assert text[at + 2 : at + 8] == [
            "born                  6    100 %          –      –",
            "collective            3     50 %       50 %      2",
            "organizational        3     50 %     66.7 %      4",
            "spread                2   33.3 %     33.3 %      6",
            "system                1   16.7 %       50 %      6",
            "returned              1   16.7 %      100 %      7",
        ]
        at = text.index("BY ROLE OF ORIGIN") + 2
        assert [text[at], *text[at + 2 : at + 8]] == [
            "                   GPs  nurses  practices themselves",
            "born                 3       2                     1",
            "collective      66.7 %    50 %                   0 %",
            "organizational  33.3 %    50 %                 100 %",
            "spread          33.3 %    50 %                   0 %",
            "system          33.3 %     0 %                   0 %",
            "returned        33.3 %     0 %                   0 %",
        ]
        at = text.index("RIGHT AGAINST MISTAKEN WHEN BORN") + 2
        assert [" ".join(line.split()) for line in text[at + 2 : at + 8]] == [
            "born 5 1",
            "collective 40 % 100 %",
            "organizational 40 % 100 %",
            "spread 40 % 0 %",
            "system 20 % 0 %",
            "returned 20 % 0 %",
        ]
        at = text.index("BY THE CHANNEL THAT FIRST CARRIED THEM TO ANOTHER PRACTICE")
        assert ["spread", "0", "0", "1", "0", "0", "1"] in [line.split() for line in text[at:]]

    def test_lessons_are_split_by_loop_where_both_loops_bore_some(self, lessons):
        heading = "BY THE LOOP OF LEARNING: SINGLE (A VIEW ON AN ISSUE), DOUBLE (A GOVERNING ASSUMPTION)"
        assert heading not in list(report([lessons], "month"))
        mixed = lessons.assign(about=["domain", *["issue"] * (len(lessons) - 1)])
        text = list(report([mixed], "month"))
        at = text.index(heading) + 2
        assert text[at].split() == ["single", "loop", "double", "loop"]
        born, reached = (int(part) for part in text[at + 2].split()[1:])
        assert (born, reached) == (len(counted(mixed)) - 1, 1)

    def test_the_endings_are_reported_line_by_line(self, lessons):
        text = list(report([lessons], "month"))
        at = text.index("HOW THEY ENDED, BY THE FURTHEST STAGE THEY REACHED")
        rows = [line.split("  ", 1) for line in text[at + 5 : at + 11]]
        assert [(stage, " ".join(rest.split())) for stage, rest in rows] == [
            ("born", "its last holder left 1 100 %"),
            ("collective", "its last holder gave it up 1 100 %"),
            ("organizational", "still held at the end 1 50 %"),
            ("organizational", "a practice let it decay 1 50 %"),
            ("spread", "still held at the end 1 100 %"),
            ("returned", "still held at the end 1 100 %"),
        ]

    def test_brackets_are_explained_and_no_single_run_has_any(self, lessons):
        several = "\n".join(report([lessons, journal(*COUNTED[:3]), lessons, lessons], "month"))
        assert "in brackets the 95 % interval of the mean, where runs differ. It is cut at" in " ".join(
            several.split()
        )
        # 6, 3, 6 and 6 lessons: 5.25 -+ 3.182446 * 1.5 / 2.
        assert "born 5.2 [2.9 to 7.6] 100 %" in " ".join(several.split())
        one = list(report([lessons], "month"))
        assert not any("[" in line for line in one)

    @pytest.mark.parametrize("runs", [1, 4])
    def test_no_line_is_too_wide(self, lessons, runs):
        many = [pd.concat([lessons] * (1000 + 200 * k)) for k in range(runs)]
        assert max(map(len, report(many, "month"))) <= WIDTH

    def test_a_run_without_lessons_says_so(self):
        text = list(report([journal(KNOWN)], "month"))
        assert text[1] == "No lesson was born in a practice whose team did not hold it already."
        assert not any("STAGES" in line for line in text)
        assert any("OBSERVED" in line for line in text)

    def test_no_runs_are_refused(self):
        with pytest.raises(InputError, match="none were given"):
            list(report([], "month"))

    def test_observed_rates_are_labelled_observed_with_source_and_caveat(self, lessons):
        text = list(report([lessons], "month"))
        at = text.index("OBSERVED IN GENERAL PRACTICE")
        said_of_them = " ".join(" ".join(text[at:]).split())
        for rate in OBSERVED:
            what, source, beside = observed_words(rate)
            assert f"{100 * rate.value:g} % {what} ({source}); {beside}" in said_of_them
            assert rate.source in source
        assert "no simulated number is quite the same quantity" in said_of_them

    def test_every_observed_rate_has_words(self):
        assert set(OBSERVED_WORDS) == {rate.name for rate in OBSERVED}

    def test_an_observed_rate_says_how_many_of_how_many_where_that_is_known(self):
        sources = [observed_words(rate)[1] for rate in OBSERVED]
        assert sources[0] == "401 of 466, Glasgow; Bowie et al. 2004, Qual Saf Health Care 13:102"
        assert sources[2] == "of 113, Ayrshire; McNab et al. 2017, Qual Prim Care 25(3)"
        assert sources[4] == "NHS England, in Pulse"
