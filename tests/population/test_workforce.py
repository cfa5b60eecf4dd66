"""A practice-level workforce table is read as published, or refused with the cure."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from lpsim.errors import InputError
from lpsim.population.workforce import Workforce, read_workforce

ROOT = Path(__file__).parents[2]
MADE_UP = ROOT / "configs" / "made_up_practices.csv"
PUBLISHED = Path(__file__).parents[3] / "shared" / "data"
MARKS = ("[c]", "[x]", "[z]", "[w]", "[u]", "[low]", "..", "*", "-", "–", ":", "N/A", "#N/A")
"""The shorthand of official statistics for a value withheld or missing, and what spreadsheets make of it."""
STAFF = ("TOTAL_GP_HC", "TOTAL_NURSES_HC", "TOTAL_DPC_HC", "TOTAL_ADMIN_HC")
CODES = ("PCN_CODE", "SUB_ICB_CODE", "ICB_CODE", "REGION_CODE")


@pytest.fixture
def table(tmp_path: Path):
    """Write a table, from text or bytes, and hand back its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def published(name: str) -> Path:
    if not PUBLISHED.is_dir():
        pytest.skip("the published tables (../shared/data) are not beside this checkout")
    return PUBLISHED / name


def refusal(path: Path, **asked) -> str:
    with pytest.raises(InputError) as caught:
        read_workforce(path, **asked)
    return str(caught.value)


def equal(found: np.ndarray, expected: list[float]) -> bool:
    return np.array_equal(found, np.array(expected, dtype=float), equal_nan=True)


class TestColumns:
    def test_columns_are_found_by_name_wherever_they_stand(self, table):
        first = "PRAC_CODE,TOTAL_PATIENTS,TOTAL_GP_HC\nX1,10,2\n"
        last = "TOTAL_GP_HC,OTHER,TOTAL_PATIENTS,PRAC_CODE\n2,9,10,X1\n"
        for content in (first, last):
            read = read_workforce(table(content), figures=["TOTAL_GP_HC"])
            assert (read.codes, *read.patients, *read.figures["TOTAL_GP_HC"]) == (("X1",), 10, 2)

    def test_spaces_around_column_names_and_codes_do_not_count(self, table):
        path = table("PRAC_CODE ,ICB_CODE , TOTAL_PATIENTS\nX1  , QX1 , 10 \n")
        read = read_workforce(path, codes=["ICB_CODE"], keep={"ICB_CODE": [" QX1 "]})
        assert read.codes == ("X1",)
        assert read.labels == {"ICB_CODE": ("QX1",)}
        assert equal(read.patients, [10])

    @pytest.mark.parametrize(
        ("asked", "there"),
        [
            ("SUB_ICB_CODE", "SUB_ICB_LOCATION_CODE"),
            ("SUB_ICB_CODE", "CCG_CODE"),
            ("CCG_CODE", "SUB_ICB_CODE"),
            ("SUB_ICB_LOCATION_CODE", "CCG_CODE"),
            ("ICB_CODE", "STP_CODE"),
            ("REGION_CODE", "COMM_REGION_CODE"),
            ("COMM_REGION_CODE", "REGION_CODE"),
        ],
    )
    def test_a_code_column_is_found_under_its_other_published_names(self, table, asked, there):
        path = table(f"PRAC_CODE,{there}\nX1,01E\n")
        read = read_workforce(path, codes=[asked], keep={asked: ["01E"]})
        assert read.labels == {asked: ("01E",)}
        assert read.report.renamed == {asked: there}

    @pytest.mark.parametrize(
        ("asked", "there"),
        [
            ("TOTAL_GP_EXTGL_HC", "TOTAL_GP_EXRL_HC"),
            ("TOTAL_GP_EXRL_HC", "TOTAL_GP_EXTGL_HC"),
            ("TOTAL_GP_EXTG_FTE", "TOTAL_GP_EXR_FTE"),
            ("TOTAL_GP_EXR_FTE", "TOTAL_GP_EXTG_FTE"),
        ],
    )
    def test_a_figure_is_found_under_its_name_of_before_and_after_2021(self, table, asked, there):
        path = table(f"PRAC_CODE,GP_SOURCE,{there}\nX1,Fully provided,4\nX2,Fully estimated,5\n")
        read = read_workforce(path, figures=[asked])
        assert equal(read.figures[asked], [4, np.nan])
        assert read.report.renamed == {asked: there}

    def test_practice_and_list_size_are_found_under_the_names_of_the_map(self, table):
        read = read_workforce(table("PRACTICE_CODE,NUMBER_OF_PATIENTS\nX1,10\n"))
        assert read.codes == ("X1",)
        assert equal(read.patients, [10])
        named = read_workforce(
            table("PRAC_CODE,TOTAL_PATIENTS\nX1,10\n"),
            practice="PRACTICE_CODE",
            patients="NUMBER_OF_PATIENTS",
        )
        assert named.codes == ("X1",)

    def test_the_name_asked_for_goes_before_another_published_name(self, table):
        path = table("PRAC_CODE,CCG_CODE,SUB_ICB_CODE\nX1,old,new\n")
        read = read_workforce(path, codes=["SUB_ICB_CODE", "CCG_CODE"])
        assert read.labels == {"SUB_ICB_CODE": ("new",), "CCG_CODE": ("old",)}
        assert not read.report.renamed

    def test_a_column_named_that_is_not_there_is_refused(self, table):
        path = table("PRAC_CODE,TOTAL_PATIENTS,TOTAL_GP_FTE\nX1,10,2\n")
        assert refusal(path, figures=STAFF) == (
            f"{path}: no column 'TOTAL_GP_HC', but 'TOTAL_GP_FTE', 'TOTAL_PATIENTS'; name one that is in the "
            'table, or set the role\'s column to "" to have its people drawn.'
        )
        message = refusal(path, patients="LIST_SIZE")
        assert message.endswith("name one that is in the table.")
        assert "no column 'LIST_SIZE', but " in message

    def test_a_heading_that_is_there_twice_is_refused_with_what_stands_below(self, table):
        path = table("PRAC_CODE,TOTAL_GP_HC,TOTAL_PATIENTS,TOTAL_GP_HC\nX1,4,5000,99\n")
        assert refusal(path, figures=["TOTAL_GP_HC"]) == (
            f"{path}: the column 'TOTAL_GP_HC' is there 2 times (line 2: '4' and '99'); keep one."
        )
        assert read_workforce(path).codes == ("X1",)  # where nobody asks for it

    def test_headings_below_a_title_are_found_and_told(self, table):
        message = refusal(table("General practice, July 2026\n\nPRAC_CODE,TOTAL_PATIENTS\nX1,10\n"))
        assert message.endswith("line 3: the headings stand here; delete the lines above.")

    def test_a_missing_list_size_column_gives_missing_list_sizes(self, table):
        read = read_workforce(table("PRAC_CODE,TOTAL_GP_HC\nX1,3\n"), figures=["TOTAL_GP_HC"])
        assert equal(read.patients, [np.nan])
        assert read.report.absent == ["TOTAL_PATIENTS"]
        assert read.report.patients_missing == 1

    def test_hca_full_time_equivalents_are_not_taken_for_headcounts(self, table):
        path = table("PRAC_CODE,TOTAL_DPC_HCA_FTE\nX1,0.5\n")
        assert "no column 'TOTAL_DPC_HC', but " in refusal(path, figures=["TOTAL_DPC_HC"])

    @pytest.mark.parametrize(
        "asked",
        [{"practice": "PRAC_COD"}, {"codes": ["PRAC_COD"]}, {"keep": {"PRAC_COD": ["X1"]}}],
    )
    def test_a_missing_code_column_is_refused_with_the_nearest_names(self, table, asked):
        message = refusal(table("PRAC_CODE,ICB_CODE\nX1,QX1\n"), **asked)
        assert message.endswith(
            "table.csv: no column 'PRAC_COD', but 'PRAC_CODE', 'ICB_CODE'; name one that is in the table."
        )

    def test_the_nearest_names_are_found_whatever_their_case(self, table):
        assert "but 'prac_code';" in refusal(table("prac_code,other\nX1,1\n"))

    def test_without_a_near_name_the_first_columns_are_named(self, table):
        message = refusal(table("a,b,c,d\n1,2,3,4\n"))
        assert "no column 'PRAC_CODE', but 'a', 'b', 'c';" in message


class TestText:
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
    @pytest.mark.parametrize("coding", ["utf-8", "cp1252"])
    def test_utf_8_and_latin_1_are_read_with_and_without_byte_order_mark(self, table, mark, coding):
        text = "PRAC_CODE,PRAC_NAME,TOTAL_PATIENTS\nX1,Café – Surgery,10\n"
        read = read_workforce(table(mark + text.encode(coding)), codes=["PRAC_NAME"])
        assert read.codes == ("X1",)
        assert read.labels["PRAC_NAME"] == ("Café – Surgery",)

    def test_a_packed_table_is_read_and_its_digest_is_that_of_the_file(self, table):
        plain = table("PRAC_CODE,TOTAL_PATIENTS\nA81001,4000\n")
        packed = plain.with_name("table.csv.gz")
        packed.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
        assert read_workforce(packed).codes == read_workforce(plain).codes == ("A81001",)
        assert read_workforce(packed).report.sha256 == hashlib.sha256(packed.read_bytes()).hexdigest()

    def test_bytes_that_no_coding_knows_do_not_stop_the_reader(self, table):
        read = read_workforce(table(b"PRAC_CODE,PRAC_NAME\nX1,\x81\xff\n"))
        assert read.codes == ("X1",)

    def test_quoted_commas_quotes_and_line_breaks_stay_in_their_cell(self, table):
        path = table('PRAC_CODE,PRAC_NAME,ICB_CODE\nX1,"A ""b"", C\nD" ,QX1\n"X2",E,"QX2"\n')
        read = read_workforce(path, codes=["ICB_CODE"])
        assert (read.codes, read.labels["ICB_CODE"]) == (("X1", "X2"), ("QX1", "QX2"))

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_line_ends_of_any_system_are_read(self, table, end):
        path = table(end.join(["PRAC_CODE,TOTAL_PATIENTS", "X1,10", "X2,20"]))
        assert equal(read_workforce(path).patients, [10, 20])

    def test_blank_lines_are_not_rows(self, table):
        read = read_workforce(table("PRAC_CODE,TOTAL_PATIENTS\n\nX1,10\n,\n  \n\n"))
        assert read.report.rows == 1

    def test_codes_that_look_like_numbers_stay_text(self, table):
        path = table("PRAC_CODE,SUB_ICB_CODE\n001,01E\n1E2,010\n")
        read = read_workforce(path, codes=["SUB_ICB_CODE"])
        assert read.codes == ("001", "1E2")
        assert read.labels["SUB_ICB_CODE"] == ("01E", "010")

    def test_a_comma_outside_quotes_is_refused_by_line(self, table):
        message = refusal(table("PRAC_CODE,PRAC_NAME\nX1,Surgery\nX2,Surgery, Town\n"))
        assert message.endswith(
            "table.csv: line 3: 3 cells, 2 columns; put commas in quotes, or delete the line if it is a note."
        )

    def test_a_row_that_is_too_short_is_refused_by_line(self, table):
        assert "line 2: 1 cells, 2 columns" in refusal(table("PRAC_CODE,ICB_CODE\nX1\n"))

    @pytest.mark.parametrize(
        "below",
        [
            "\nSource: somebody\n",
            "Source: somebody\n",
            '"Note: figures are, provisional"\n',
            '\n"Notes"\n"1. Figures are, provisional"\n',
            "\nNotes:,,\n1. NA: not known,,\n",
            "\nSource: NHS England, July, 2026, all\n",
            "Contains information from NHS England,,\n",
            "\n\n© Crown copyright\n\n[c] withheld\n",
        ],
    )
    def test_notes_below_the_table_are_passed_over_and_counted(self, table, below):
        report = read_workforce(table("PRAC_CODE,ICB_CODE,TOTAL_PATIENTS\nX1,QX1,10\nX2,,\n" + below)).report
        assert report.practices == 2
        assert report.left_out["notes"] == len([line for line in below.splitlines() if line])
        assert report.rows == 2 + report.left_out["notes"]

    @pytest.mark.parametrize("above", ["Source: somebody\n", "Note: one, two, three, four\n"])
    def test_a_note_between_rows_is_refused_by_line(self, table, above):
        assert "line 2: " in refusal(table(f"PRAC_CODE,ICB_CODE,TOTAL_PATIENTS\n{above}X1,QX1,10\n"))

    @pytest.mark.parametrize(
        "last", ["X2\n", "X2,Surgery, Town, 5\n", "\nX2,Surgery, Town, 5\n", "North Surgery\n"]
    )
    def test_a_last_row_that_is_wrong_is_no_note(self, table, last):
        message = refusal(table("PRAC_CODE,PRAC_NAME,TOTAL_PATIENTS\nX1,Surgery,10\n" + last))
        assert "3 columns; put commas in quotes, or delete" in message

    @pytest.mark.parametrize("last", ["X2,,\n", "North Surgery,,\n"])
    def test_a_practice_of_which_nothing_else_is_known_is_no_note(self, table, last):
        read = read_workforce(table("PRAC_CODE,PRAC_NAME,TOTAL_PATIENTS\nX1,Surgery,10\n" + last))
        assert read.codes == ("X1", last.split(",")[0])

    def test_a_row_of_totals_is_no_practice(self, table):
        read = read_workforce(table("PRAC_CODE,TOTAL_PATIENTS\nX1,10\nX2,20\nTotal,30\n"))
        assert read.codes == ("X1", "X2")
        assert read.report.left_out["totals"] == 1

    def test_a_quote_left_open_is_refused(self, table):
        path = table('PRAC_CODE,PRAC_NAME\nX1,"' + "Surgery\n" * 30_000)
        assert "is a quote left open?" in refusal(path)

    @pytest.mark.parametrize("content", ["", "\n \n", b"PK\x03\x04\x00", "a,b\n".encode("utf-16")])
    def test_an_empty_or_binary_file_is_refused(self, table, content):
        message = refusal(table(content))
        assert ("empty" if not content else "not a text file") in message
        assert message.endswith("population.workforce takes a practice-level CSV file, unpacked."), message

    def test_a_table_with_other_separators_is_refused_with_its_header(self, table):
        assert "but 'PRAC_CODE;ICB_CODE'" in refusal(table("PRAC_CODE;ICB_CODE\nX1;QX1\n"))

    def test_a_file_that_is_not_there_is_refused(self, tmp_path):
        path = tmp_path / "none.csv"
        assert refusal(path) == f"{path}: no such workforce table; check the path."

    def test_a_folder_and_an_impossible_name_are_refused(self, tmp_path):
        assert "is a folder; give" in refusal(tmp_path)
        assert "no file can be called that" in refusal(Path("a\0b"))

    def test_a_table_without_practices_is_refused(self, table):
        for content in ("PRAC_CODE,ICB_CODE\n", "PRAC_CODE,ICB_CODE\n,QX1\nNA,QX1\n"):
            assert "no row with a practice code; the table needs" in refusal(table(content))


class TestFigures:
    @pytest.mark.parametrize("text", ["NA", "ND", "EST", "NS", ".", "", " na ", "Nd", "est", *MARKS])
    def test_missing_is_not_zero(self, table, text):
        path = table(f"PRAC_CODE,TOTAL_PATIENTS,TOTAL_GP_HC\nX1,{text},{text}\nX2,0,0\n")
        read = read_workforce(path, figures=["TOTAL_GP_HC"])
        assert equal(read.patients, [np.nan, 0])
        assert equal(read.figures["TOTAL_GP_HC"], [np.nan, 0])
        assert (read.report.patients_missing, read.report.patients_zero) == (1, 1)
        assert read.report.figures["TOTAL_GP_HC"] == {"read": 1, "missing": 1, "fully_estimated": 0}

    def test_integers_written_as_5_0_and_fractions_are_read(self, table):
        path = table("PRAC_CODE,TOTAL_GP_HC\nX1,5.0\nX2,0.426666667\nX3,12\n")
        read = read_workforce(path, figures=["TOTAL_GP_HC"])
        assert equal(read.figures["TOTAL_GP_HC"], [5, 0.426666667, 12])

    @pytest.mark.parametrize(
        ("figure", "source"),
        [
            ("TOTAL_GP_HC", "GP_SOURCE"),
            ("TOTAL_GP_TRN_GR_ST1_HC", "GP_SOURCE"),
            ("TOTAL_LOCUUM_TRN_FTE", "GP_SOURCE"),
            ("TOTAL_NURSES_FTE", "NURSE_SOURCE"),
            ("FEMALE_N_ADV_NURSE_PRAC_HC", "NURSE_SOURCE"),
            ("TOTAL_NURSE_HC", "NURSE_SOURCE"),
            ("TOTAL_DPC_TRAINEE_NURSE_ASSOC_HC", "DPC_SOURCE"),
            ("TOTAL_ADMIN_MANAGER_FTE", "ADMIN_SOURCE"),
        ],
    )
    @pytest.mark.parametrize(
        "text", ["Fully estimated - no data provided", "FULLY ESTIMATED", " fully estimated"]
    )
    def test_what_the_publisher_estimated_is_missing_even_where_a_number_stands(
        self, table, figure, source, text
    ):
        rows = f"X1,{text},7\nX2,{text},NA\nX3,Partially estimated,7\nX4,Fully provided,NA\n"
        read = read_workforce(table(f"PRAC_CODE,{source},{figure}\n{rows}"), figures=[figure])
        assert equal(read.figures[figure], [np.nan, np.nan, 7, np.nan])
        assert read.report.figures[figure] == {"read": 1, "missing": 1, "fully_estimated": 2}

    def test_an_estimate_of_one_staff_group_leaves_the_others(self, table):
        path = table("PRAC_CODE,NURSE_SOURCE,TOTAL_GP_HC,OTHER\nX1,Fully estimated,3,4\n")
        read = read_workforce(path, figures=["TOTAL_GP_HC", "OTHER"])
        assert equal(read.figures["TOTAL_GP_HC"], [3])
        assert equal(read.figures["OTHER"], [4])

    @pytest.mark.parametrize("text", ["-1", "many", "nan", "inf", "1e999", '"1,234"'])
    def test_a_figure_that_is_no_number_of_0_or_more_is_refused_by_line(self, table, text):
        shown = text.strip('"')
        cure = f"is {shown!r}; write a number ≥ 0, or NA."
        path = table(f"PRAC_CODE,TOTAL_GP_HC\nX1,3\nX2,{text}\n")
        message = refusal(path, figures=["TOTAL_GP_HC"])
        assert message == f"{path}: line 3: TOTAL_GP_HC {cure}"
        path = table(f"PRAC_CODE,TOTAL_PATIENTS\nX1,{text}\n")
        assert refusal(path) == f"{path}: line 2: TOTAL_PATIENTS {cure}"

    def test_all_cells_that_are_no_numbers_are_told_at_once(self, table):
        rows = "X1,many,?\nX2,3,?\n" + "".join(f"X{n},few,5\n" for n in range(3, 8))
        path = table("PRAC_CODE,TOTAL_PATIENTS,TOTAL_GP_HC\n" + rows)
        assert refusal(path, figures=["TOTAL_GP_HC"]) == (
            f"{path}: line 2: TOTAL_PATIENTS is 'many'; line 4: TOTAL_PATIENTS is 'few'; line 5: "
            "TOTAL_PATIENTS is 'few'; line 6: TOTAL_PATIENTS is 'few'; line 7: TOTAL_PATIENTS is 'few' and 3 "
            "more; write a number ≥ 0, or NA."
        )

    def test_figures_nobody_asked_for_are_not_judged(self, table):
        assert read_workforce(table("PRAC_CODE,TOTAL_GP_HC\nX1,many\n")).codes == ("X1",)

    def test_figures_and_list_sizes_are_doubles(self, table):
        path = table("PRAC_CODE,TOTAL_PATIENTS,TOTAL_GP_HC\nX1,1,2\n")
        read = read_workforce(path, figures=["TOTAL_GP_HC"])
        assert read.patients.dtype == read.figures["TOTAL_GP_HC"].dtype == np.float64


class TestCodes:
    @pytest.mark.parametrize("text", ["U", "u", "Unaligned", "Unknown or no PCN", "", "NA"])
    def test_a_network_placeholder_is_no_network(self, table, text):
        path = table(f"PRAC_CODE,PCN_CODE\nX1,{text} \nX2,U00001\nX3,{text}\n")
        read = read_workforce(path, codes=["PCN_CODE"])
        assert read.labels == {"PCN_CODE": (None, "U00001", None)}
        assert read.report.placeholders == {"PCN_CODE": {text: 2}}


class TestRows:
    def test_practices_keep_the_order_of_the_table(self, table):
        assert read_workforce(table("PRAC_CODE,A\nX3,\nX1,\nX2,\n")).codes == ("X3", "X1", "X2")

    def test_rows_of_a_practice_that_agree_in_what_is_read_are_one(self, table):
        path = table("PRAC_CODE,TOTAL_PATIENTS,SITE\nX1,10,a\nX2,20,b\nX1,10.0,c\nX1, 10,d\n")
        read = read_workforce(path)
        assert read.codes == ("X1", "X2")
        assert equal(read.patients, [10, 20])
        assert read.report.left_out["of a practice read from a row before"] == 2

    def test_rows_of_a_practice_that_disagree_are_refused_by_line(self, table):
        path = table("PRAC_CODE,TOTAL_PATIENTS\nX1,10\nX2,20\nX1,11\nX1,12\nX2,21\n")
        assert refusal(path) == (
            f"{path}: the rows of practice 'X1' disagree in TOTAL_PATIENTS (and so those of 1 more "
            "practices): line 2 says '10', line 4 '11'; delete those that do not count."
        )

    def test_they_are_refused_with_the_filter_that_would_choose(self, table):
        rows = "X1,10,5,GP\nX1,10,7,Nurse\nX2,20,6,GP\nX2,20,8,Nurse\nX3,20,8,GP\n"
        path = table(f"PRAC_CODE,TOTAL_PATIENTS,PEOPLE,STAFF GROUP\n{rows}")
        message = refusal(path, figures=["PEOPLE"])
        assert "disagree in PEOPLE" in message
        assert message.endswith('choose some: population.filter = { "STAFF GROUP" = ["GP"] }.')
        read = read_workforce(path, figures=["PEOPLE"], keep={"STAFF GROUP": ["GP"]})
        assert equal(read.figures["PEOPLE"], [5, 6, 8])

    @pytest.mark.parametrize(
        ("heading", "old", "new"),
        [
            ("YEAR,MONTH", "2024,12", "2025,2"),
            ("Year,Month", "2025,06", "2025,7"),
            ("year,month", "2025,June", "2025,July"),
            ("Year,MONTH", "2025,Apr", "2025,Sept"),
            ("CENSUS_YEAR,CENSUS_MONTH", "2025,06", "2025,07"),
            ("MONTH,YEAR", "12,2024", "01,2025"),
            ("YEAR,QUARTER", "2025,Q1", "2025,Q2"),
            ("YEAR", "2024", "2025"),
            ("MONTH", "2025-06", "2025-07"),
            ("EXTRACT_DATE", "01JUL2024", "01JAN2026"),
            ("Extract Date", "2025-06-30", "2025-07-01"),
            ("SNAPSHOT_DATE", "30/06/2025", "01/07/2025"),
            ("snapshot date", "1 June 2025", "1 July 2025"),
            ("EFFECTIVE_SNAPSHOT_DATE", "2025-06-30 00:00:00", "2025-07-31 00:00:00"),
            ("DATE", "Jun-25", "Jul-25"),
            ("REPORTING_PERIOD", "202411", "202502"),
            ("Reporting_Period_End_Date", "20250131", "20250228"),
            ("AS_AT", "45808", "45839"),
        ],
    )
    def test_of_several_extracts_only_the_newest_is_read(self, table, heading, old, new):
        rows = f"X1,1,{old}\nX2,2,{old}\nX1,3,{new}\nX3,4,{new}\n"
        for lines in (rows, "\n".join(reversed(rows.splitlines()))):
            read = read_workforce(table(f"PRAC_CODE,TOTAL_PATIENTS,{heading}\n{lines}"))
            assert dict(zip(read.codes, read.patients, strict=True)) == {"X1": 3, "X3": 4}
            assert read.report.left_out["of an earlier extract"] == 2
            columns = heading.split(",")
            assert dict(read.report.extract) == dict(zip(columns, new.split(","), strict=True))

    def test_a_row_without_a_date_is_older_than_any_other(self, table):
        rows = "X1,1,2024,12\nX1,2,2025,2\nX2,3,2025,02\nX3,4,2025,01\nX4,5,NA,NA\n"
        read = read_workforce(table(f"PRAC_CODE,TOTAL_PATIENTS,YEAR,MONTH\n{rows}"))
        assert equal(read.patients, [2, 3])
        assert read.report.left_out["of an earlier extract"] == 3

    def test_the_filter_can_choose_an_earlier_extract(self, table):
        path = table("PRAC_CODE,TOTAL_PATIENTS,YEAR,MONTH\nX1,10,2025,06\nX1,11,2025,07\n")
        assert equal(read_workforce(path, keep={"MONTH": ["06"]}).patients, [10])

    def test_a_single_extract_may_be_dated_in_any_way(self, table):
        read = read_workforce(table("PRAC_CODE,YEAR,MONTH\nX1,2025,harvest\nX2,2025,harvest\n"))
        assert read.codes == ("X1", "X2")

    @pytest.mark.parametrize(
        ("heading", "old", "new", "column"),
        [
            ("YEAR,MONTH", "2025,sowing", "2025,harvest", "MONTH"),
            ("MONTH", "November", "January", "MONTH"),
            ("EXTRACT_DATE", "01JUL2024", "2026-07-01", "EXTRACT_DATE"),
            ("YEAR", "2023/24", "2024/25", "YEAR"),
            ("SNAPSHOT_DATE", "07/13/2025", "01/07/2025", "SNAPSHOT_DATE"),
        ],
    )
    def test_extracts_that_cannot_be_put_in_order_are_refused_with_a_filter(
        self, table, heading, old, new, column
    ):
        message = refusal(table(f"PRAC_CODE,TOTAL_PATIENTS,{heading}\nX1,1,{old}\nX1,2,{new}\n"))
        assert f"column {column} tells 2 extracts apart (" in message
        assert f'choose one: population.filter = {{ {column} = ["' in message

    def test_dates_of_something_else_date_no_rows(self, table):
        path = table("PRAC_CODE,TOTAL_PATIENTS,OPEN_DATE,CLOSE_DATE\nX1,1,2001,2025\nX2,2,2002,\n")
        assert read_workforce(path).codes == ("X1", "X2")
        assert read_workforce(path).report.extract == {}

    def test_rows_without_a_practice_code_are_left_out(self, table):
        read = read_workforce(table("PRAC_CODE,TOTAL_PATIENTS\n ,10\nX1,20\nNA,30\n"))
        assert read.codes == ("X1",)
        assert read.report.left_out["without a practice code"] == 2

    def test_the_filter_keeps_rows_that_pass_every_column(self, table):
        path = table("PRAC_CODE,ICB_CODE,REGION_CODE\nX1,A,R\nX2,B,R\nX3,A,S\nX4,C,R\n")
        read = read_workforce(path, keep={"ICB_CODE": ["A", "B"], "REGION_CODE": ["R"]})
        assert read.codes == ("X1", "X2")
        assert read.report.left_out["not in the filter"] == 2

    def test_the_filter_compares_whole_codes_as_text(self, table):
        path = table("PRAC_CODE,SUB_ICB_CODE\nX1,01E\nX2,01e\nX3,1E\nX4,01\nX5,1\n")
        assert read_workforce(path, keep={"SUB_ICB_CODE": ["01"]}).codes == ("X4",)

    def test_a_filter_code_that_no_row_has_is_reported_while_others_match(self, table):
        path = table("PRAC_CODE,ICB_CODE\nX1,A\n")
        report = read_workforce(path, keep={"ICB_CODE": ["A", "Z"]}).report
        assert report.unmatched == {"ICB_CODE": ["Z"]}

    def test_a_filter_that_leaves_nothing_is_refused_with_codes_that_exist(self, table):
        path = table("PRAC_CODE,ICB_CODE\n" + "".join(f"X{i},Q{i:02}\n" for i in range(12)))
        shown = ", ".join(f"'Q{i:02}'" for i in range(8))
        assert refusal(path, keep={"ICB_CODE": ["Z"]}) == (
            f"{path}: no row has ICB_CODE 'Z'; there are ICB_CODE {shown} and 4 more; change the filter."
        )

    def test_every_row_is_read_or_left_out_for_one_reason(self, table):
        rows = "X1,A,2025,7\n,A,2025,7\nX1,A,2025,7\nX2,A,2025,6\nX3,B,2025,7\n,B,2024,1\n"
        path = table(f"PRAC_CODE,ICB_CODE,YEAR,MONTH\n{rows}")
        report = read_workforce(path, keep={"ICB_CODE": ["A"]}).report
        assert list(report.left_out.values()) == [2, 0, 1, 1, 1, 0]
        assert report.rows == report.practices + sum(report.left_out.values())


class TestReport:
    def test_the_digest_is_that_of_the_bytes_on_disk(self, table):
        path = table(b"\xef\xbb\xbfPRAC_CODE,TOTAL_PATIENTS\r\nX1,10\r\n")
        report = read_workforce(path).report
        assert report.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_it_names_the_file_and_not_its_folder(self, table):
        path = table("PRAC_CODE,A\nX1,1\n")
        report = read_workforce(path).report
        assert report.file == "table.csv"
        assert str(path.parent) not in json.dumps(report.as_dict())

    def test_it_survives_json(self):
        report = made_up().report
        assert json.loads(json.dumps(report.as_dict())) == report.as_dict()


def made_up() -> Workforce:
    return read_workforce(MADE_UP, figures=[*STAFF, "TOTAL_GP_EXTGL_HC"], codes=CODES)


class TestMadeUpTable:
    def test_it_begins_with_a_byte_order_mark_and_has_the_other_quirks_of_the_text(self):
        data = MADE_UP.read_bytes()
        assert data.startswith(b"\xef\xbb\xbfPRAC_CODE,")
        for quirk in (
            b'Surgery, Copperwick"',
            b"  ,UX",
            b",Unaligned,",
            b",FULLY ESTIMATED",
            b",NA,",
        ):
            assert quirk in data

    def test_its_tree_has_4_boards_in_2_regions_and_does_not_nest(self):
        labels = made_up().labels
        pairs = {(a, b): {*zip(labels[a], labels[b], strict=True)} for a in CODES for b in CODES}
        boards, regions = {*labels["ICB_CODE"]}, {*labels["REGION_CODE"]}
        assert (len(boards), len(regions)) == (4, 2)
        assert len(pairs["ICB_CODE", "REGION_CODE"]) == len(boards) + 1
        assert len(pairs["SUB_ICB_CODE", "ICB_CODE"]) == len({*labels["SUB_ICB_CODE"]}) + 1
        assert {icb for pcn, icb in pairs["PCN_CODE", "ICB_CODE"] if pcn == "UX0008"} == {
            "QX2",
            "QX3",
        }
        assert "90E" in labels["SUB_ICB_CODE"]
        assert labels["PCN_CODE"].count(None) == 3

    def test_it_has_an_outlier_a_tiny_practice_an_empty_list_and_real_zeros(self):
        read = made_up()
        positive = np.sort(read.patients[read.patients > 0])
        assert (positive[0], positive[-1]) == (37, 61_874)
        assert read.report.patients_zero == 1
        assert (read.figures["TOTAL_DPC_HC"] == 0).sum() >= 4
        assert (read.figures["TOTAL_GP_EXTGL_HC"] == 0).any()

    def test_it_is_about_as_large_and_as_joint_as_the_published_one(self):
        read = made_up()
        assert 9_000 < read.patients.mean() < 12_000
        assert 7 < np.nanmean(read.figures["TOTAL_GP_HC"]) < 10
        people = sum(np.nanmean(read.figures[column]) for column in STAFF)
        assert 25 < people < 40
        for column in STAFF:
            known = np.isfinite(read.figures[column])
            ranks = [np.argsort(np.argsort(v[known])) for v in (read.patients, read.figures[column])]
            assert 0.4 < np.corrcoef(ranks)[0, 1] < 0.95

    def test_general_practitioners_without_trainees_are_among_all(self):
        figures = made_up().figures
        known = np.isfinite(figures["TOTAL_GP_HC"])
        assert (figures["TOTAL_GP_EXTGL_HC"][known] <= figures["TOTAL_GP_HC"][known]).all()

    def test_none_of_its_codes_is_a_published_one(self):
        real = read_workforce(published("practices_2026_07_map.csv"), codes=CODES)
        ours = made_up()
        assert not {*ours.codes} & {*real.codes}
        for column in CODES:
            assert not {*ours.labels[column]} & {*real.labels[column]} - {None}


class TestPublishedTables:
    def test_the_map_of_july_2026_has_the_tree_and_list_sizes_it_is_known_for(self):
        path = published("practices_2026_07_map.csv")
        read = read_workforce(path, codes=CODES)
        sizes = [len({*read.labels[column]} - {None}) for column in CODES]
        assert (len(read.codes), sizes) == (6_139, [1_298, 106, 36, 7])
        assert round(read.patients.mean()) == 10_333
        assert round(read.patients.std(ddof=1)) == 7_191
        assert np.quantile(read.patients, [0.25, 0.5]).tolist() == [5_887, 8_815]
        assert read.patients.max() == 118_653
        assert read.report.absent == []
        assert read.report.placeholders["PCN_CODE"] == {"U": 52}
        assert read.report.renamed == {
            "PRAC_CODE": "PRACTICE_CODE",
            "TOTAL_PATIENTS": "NUMBER_OF_PATIENTS",
            "SUB_ICB_CODE": "SUB_ICB_LOCATION_CODE",
            "REGION_CODE": "COMM_REGION_CODE",
        }

    def test_one_network_of_the_map_spans_two_boards(self):
        labels = read_workforce(published("practices_2026_07_map.csv"), codes=CODES).labels
        pairs = {*zip(labels["PCN_CODE"], labels["ICB_CODE"], strict=True)}
        networks = [network for network, _ in pairs if network]
        assert len(networks) == len(set(networks)) + 1

    def test_the_year_2023_24_keeps_missing_figures_and_zeros_apart(self):
        staff = ("TOTAL_GP_EXTGL_HC", "TOTAL_NURSES_FTE", "TOTAL_DPC_FTE", "TOTAL_ADMIN_FTE")
        path = published("practices_fy2023_24_mean.csv")
        read = read_workforce(path, figures=staff, codes=CODES)
        figures = [read.figures[column] for column in staff]
        assert len(read.codes) == 6_392
        assert [int(np.isnan(f).sum()) for f in figures] == [69, 264, 116, 37]
        assert [int((f == 0).sum()) for f in figures] == [31, 0, 588, 0]
        assert [round(float(np.nanmean(f)), 2) for f in figures] == [5.78, 2.71, 2.63, 11.81]
        assert read.report.patients_zero == 29
        assert read.report.placeholders["PCN_CODE"] == {"Unknown or no PCN": 92, "": 18}
        assert read.report.placeholders["ICB_CODE"] == {"": 18}

    def test_the_sample_gives_7_practices_of_july_2025_with_missing_nurses_missing(self):
        path = published("practices_sample_2025_06_07.csv")
        read = read_workforce(path, figures=STAFF, codes=CODES)
        assert len(read.codes) == 7
        assert read.codes[0] == "A81001"
        assert read.patients[0] == 3_849
        assert equal(read.figures["TOTAL_NURSES_HC"], [np.nan, 9, 6, 2, 7, 3, 6])
        assert equal(read.figures["TOTAL_GP_HC"], [5, 13, 5, 9, 11, 9, 6])
        assert read.report.left_out["of an earlier extract"] == 3
        assert read.report.figures["TOTAL_NURSES_HC"] == {
            "read": 6,
            "missing": 0,
            "fully_estimated": 1,
        }

    def test_a_table_with_all_829_columns_is_read(self, table):
        header = published("header_practice_detailed_2025.csv").read_text().strip().split(",")
        cells = {"PRAC_CODE": "X1", "PCN_CODE": "U", "TOTAL_PATIENTS": "10"}
        row = ",".join(cells.get(name, "3") for name in header)
        read = read_workforce(table(f"{','.join(header)}\n{row}\n"), figures=STAFF, codes=CODES)
        assert (len(header), read.report.absent, read.labels["PCN_CODE"]) == (829, [], (None,))
        assert all(equal(read.figures[column], [3]) for column in STAFF)
