"""Network files give all their ties; what is dropped is told, and what is not understood refused."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import lpsim
from lpsim.errors import InputError
from lpsim.population.build import build
from lpsim.population.network_files import GRAPHS, LISTS, read_network, save_network
from lpsim.scenario import Scenario
from lpsim.show.text.population import population_sentences

DOCS = (Path(__file__).parents[2] / "docs" / "tables_and_networks.md").read_text(encoding="utf-8")
WRITERS = {
    ".graphml": nx.write_graphml_xml,
    ".gexf": nx.write_gexf,
    ".gml": nx.write_gml,
    ".net": nx.write_pajek,
    ".edgelist": nx.write_edgelist,
    ".adjlist": nx.write_adjlist,
}
GRAPH = nx.Graph([("A81", "B82"), ("B82", "C83"), ("A81", "C83"), ("C83", "D84")])
TIES = {("A81", "B82"), ("A81", "C83"), ("B82", "C83"), ("C83", "D84")}


@pytest.fixture
def file(tmp_path):
    """Write a network file, from text, bytes or a graph, and give its path."""

    def write(name, content):
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            WRITERS[path.suffix.lower()](content, path)
        return path

    return write


def ties(path, known=None):
    """The ties by name, and the facts; among the nodes of the file where nothing is said."""
    read = read_network(path)
    known = read.practices() if known is None else known
    pairs, facts = read.ties(known, "practice")
    assert json.loads(json.dumps(facts)) == facts
    return {tuple(sorted((known[a], known[b]))) for a, b in pairs.tolist()}, facts


def refusal(path, known=None):
    with pytest.raises(InputError) as caught:
        ties(path, known)
    message = str(caught.value)
    assert message.startswith(f"{path}: ") and message.endswith(".") and "\n" not in message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return message


# --- formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [*WRITERS, ".GML"])
def test_every_format_gives_all_ties_by_name(file, suffix):
    found, facts = ties(file("ties" + suffix, GRAPH))
    assert found == TIES
    assert (facts["nodes"], facts["ties"], facts["without"]) == (4, 4, 0)
    assert facts["dropped"] == ({"remarks": 3} if suffix == ".adjlist" else {})


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_packed_file_is_read_as_the_file_in_it(file, suffix):
    plain = file("ties" + suffix, GRAPH)
    assert ties(file(f"ties{suffix}.gz", gzip.compress(plain.read_bytes(), mtime=0)))[0] == TIES


IGRAPH = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<!-- Created by igraph, with <edge source="n0" target="n1"> in a remark -->
  <key id="v_name" for="node" attr.name="name" attr.type="string"/>
  <graph id="G" edgedefault="undirected">
    <node id="n0"><data key="v_name">A81</data></node>
    <node id="n1"><data key="v_name">B82</data></node>
    <edge source="n0" target="n1"/>
  </graph>
</graphml>
"""
GML_OF_IGRAPH = """Creator "igraph version 0.10"
Version 1
graph
[
  directed 0
  node
  [
    id 0
    name "A81"
  ]
  node
  [
    id 1
    name "B82"
  ]
  edge
  [
    source 0
    target 1
    value 2
  ]
  edge
  [
    source 1
    target 0
    value 3
  ]
]
"""


def test_what_igraph_writes_is_named_by_the_attribute_name(file):
    found, facts = ties(file("ties.graphml", IGRAPH), ["A81", "B82", "C83"])
    assert found == {("A81", "B82")}
    assert (facts["named_by"], facts["without"], facts["dropped"]) == ("name", 1, {})
    found, facts = ties(file("ties.gml", GML_OF_IGRAPH))
    assert found == {("A81", "B82")}
    assert (facts["named_by"], facts["dropped"]) == ("name", {"weights": 2, "doubled": 1})


def test_nodes_are_called_by_what_names_practices_whatever_else_they_have(file):
    graph = nx.Graph([(0, 1)])
    nx.set_node_attributes(graph, {0: "Mr Hi", 1: "John A"}, "label")
    path = file("ties.graphml", graph)
    assert ties(path, ["0", "1"])[1]["named_by"] == "id"
    assert ties(path, ["John A", "Mr Hi"])[1]["named_by"] == "label"
    assert read_network(path).practices() == ("Mr Hi", "John A")
    assert "node 'Mr Hi' (its label) is no practice" in refusal(path, ["a", "b"])


def test_a_node_without_a_label_is_called_by_its_id(file):
    graph = nx.Graph([(0, 1)])
    graph.nodes[0]["label"] = "A81"
    assert ties(file("ties.graphml", graph))[0] == {("1", "A81")}


def test_a_number_in_a_label_is_no_other_number(file):
    graph = nx.Graph([("a", "b")])
    nx.set_node_attributes(graph, {"a": 0.0, "b": 1.0}, "name")
    assert ties(file("ties.graphml", graph), ["0", "1"])[0] == {("0", "1")}


PAJEK = """*Network some practices
*Vertices 4
1 "A 81" 0.1 0.2 0.5 ic Red
2 B82
3 "C83"
%  a remark
"""


@pytest.mark.parametrize(
    ("sections", "directions", "doubled"),
    [
        ("*Edges\n1 2\n2 3 4.5\n", 0, 0),
        ("*Arcs\n1 2 1 c Blue\n2 1 1\n2 3 1\n", 1, 0),
        ("*Arcslist\n2 1 3\n", 2, 0),
        ("*Edgeslist\n2 1 3\n1 2\n", 0, 1),
        ("*Arcs\n1 2\n*Edges\n2 3\n", 1, 0),
        ('*Arcs :1 "asks"\n1 2\n*Arcs :2 "tells"\n1 2\n3 2\n', 2, 1),
        ("*Matrix\n0 1 0 0\n1 0 1 0\n0 1 0 0\n0 0 0 0\n", 0, 0),
    ],
)
def test_all_of_pajeks_sections_are_read(file, sections, directions, doubled):
    path = file("ties.net", PAJEK + sections)
    found, facts = ties(path)
    assert found == {("A 81", "B82"), ("B82", "C83")}
    assert read_network(path).practices() == ("A 81", "B82", "C83", "4")
    assert facts["dropped"].get("directions", 0) == directions
    assert facts["dropped"].get("doubled", 0) == doubled
    assert facts["dropped"]["remarks"] == 1


def test_pajeks_vertices_need_no_lines_of_their_own(file):
    assert ties(file("ties.net", "*vertices 3\n*edges\n1 3\n"))[0] == {("1", "3")}


HEADINGS = [
    "Source,Target,Weight",
    "source,target,Type,Id,Label,Weight",
    "from,to",
    '"","from","to"',
    "Id,Source,Target",
    "node1,node2",
    "FromNodeId,ToNodeId",
    "ego_id,alter_id",
    "V1,V2",
]


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize(
    ("suffix", "separator"), [(".csv", ","), (".csv", ";"), (".tsv", "\t"), (".txt", "\t")]
)
def test_an_edge_list_is_read_by_its_headings(file, heading, suffix, separator):
    names = [name.strip('"') for name in heading.split(",")]
    places = {re.sub(r"(nodeid|_id)$", "", name.lower()): place for place, name in enumerate(names)}
    pairs = [("A81", "B 82"), ("B 82", "C83"), ("C83", "A81")]
    first = next(name for name in ("source", "from", "node1", "ego", "v1") if name in places)
    second = {"source": "target", "from": "to", "node1": "node2", "ego": "alter", "v1": "v2"}[first]
    rows = [heading.replace(",", separator)]
    for one, other in pairs:
        cells = ["2"] * len(names)
        cells[places[first]], cells[places[second]] = one, other
        rows.append(
            separator.join(
                "undirected" if name == "Type" else cell for name, cell in zip(names, cells, strict=True)
            )
        )
    found, facts = ties(file("ties" + suffix, "\n".join(rows)))
    assert found == {("A81", "B 82"), ("B 82", "C83"), ("A81", "C83")}
    assert facts["nodes"] == 3
    assert set(facts["unused"]) == {name for name in names if name in ("Id", "Label")}


def test_the_headings_of_rs_write_table_stand_one_to_the_left(file):
    assert ties(file("ties.txt", "from to weight\n1 A81 B82 1\n2 B82 C83 2\n"))[0] == {
        ("A81", "B82"),
        ("B82", "C83"),
    }


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ties.csv", 'A81,B82\nB82 , C83\n"C83","A81"\nC83,D84\n'),
        ("ties.csv", "A81;B82\nB82;C83\nC83;A81\nC83;D84\n"),
        ("ties.tsv", "A81\tB82\nB82\tC83\nC83\tA81\nC83\tD84\n"),
        ("ties.txt", "A81 B82\nB82  C83\n\nC83 A81\r\nC83\tD84"),
        ("ties.txt", "A81,B82\nB82,C83\nC83,A81\nC83,D84\n"),
        ("ties.edges", "% sym unweighted\nA81 B82\nB82 C83\nC83 A81 # again\nC83 D84\n"),
        ("ties.ncol", "A81 B82\nB82 C83 2.5\nC83 A81\nC83 D84 1\n"),
        ("ties.edgelist", "A81 B82 {}\nB82 C83 {'weight': 2, 'since': 3}\nC83 A81 {}\nC83 D84 {}\n"),
        ("ties.adjlist", "A81 B82 C83\nB82\nC83 B82 D84\nD84\n"),
        ("ties.adj", "A81,B82,C83\nC83,B82,D84\n"),
    ],
)
def test_an_edge_list_needs_no_heading(file, mark, name, text):
    assert ties(file(name, mark + text))[0] == TIES


def test_an_adjacency_list_gives_all_ties_of_a_line_and_says_nothing_of_directions(file):
    found, facts = ties(file("ties.adjlist", "0 1 2 3\n1 4 5\n6\n"))
    assert len(found) == 5
    assert (facts["nodes"], facts["dropped"]) == (7, {})
    assert ties(file("both.adjlist", "0 1 2\n1 0\n2 0\n"))[1]["dropped"] == {}
    assert ties(file("twice.adjlist", "0 1 1\n"))[1]["dropped"] == {"doubled": 1}


# --- what is dropped ------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".gml", ".net"])
def test_what_is_dropped_is_counted(file, suffix):
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(sorted(GRAPH))
    graph.add_edge("A81", "B82", weight=1.0)
    graph.add_edge("B82", "A81", weight=2.0)
    graph.add_edge("B82", "C83", weight=2.0)
    graph.add_edge("B82", "C83", weight=2.0)
    graph.add_edge("D84", "D84", weight=-1.0)
    found, facts = ties(file("ties" + suffix, graph))
    assert found == {("A81", "B82"), ("B82", "C83")}
    assert facts["dropped"] == {
        "directions": 1,
        "weights": 5,
        "weights_not_positive": 1,
        "to_themselves": 1,
        "doubled": 1,
    }


def test_weights_that_are_all_the_same_say_nothing_and_are_not_told(file):
    assert ties(file("ties.csv", "source,target,weight\na,b,1\nb,c,1.0\n"))[1]["dropped"] == {}
    assert ties(file("ties.csv", "source,target,weight\na,b,1\nb,c,2\n"))[1]["dropped"] == {"weights": 2}
    assert ties(file("ties.txt", "a b 1\nb c 2\na c 0\n"))[1]["dropped"] == {
        "weights": 3,
        "weights_not_positive": 1,
    }


def test_gephis_column_of_types_tells_directions(file):
    text = "Source,Target,Type\na,b,Directed\nb,c,Undirected\nc,d,Directed\nd,c,Directed\n"
    assert ties(file("ties.csv", text))[1]["dropped"] == {"directions": 1}


def test_the_report_says_what_was_read_and_what_was_not(file):
    path = file("ties.csv", "# a remark\nSource,Target,Weight,Since\n0,1,2,x\n1,0,3,y\n2,2,1,z\n")
    scenario = Scenario().replace(
        {"network.practices": "file", "network.file": str(path), "population.practices": 5}
    )
    said = population_sentences(build(scenario, 1).report)
    assert said[1:] == [
        "Ties between practices read from ties.csv (edge list): 1.",
        "Nodes in it: 3, called by their name.",
        "Of the practices, 2 are not in it and have no ties from it.",
        "Not used of its ties: the weight of 3, 1 to oneself, 1 that stand there already.",
        "Not read of it: 'Since'.",
        "Lines of it passed over as remarks: 1.",
    ]


# --- what is refused ------------------------------------------------------------------------------

BAD_LISTS = {
    "an adjacency list": (
        "ties.txt",
        "0 1 2 3\n1 4 5\n",
        "line 1: found '0', '1', '2', '3', and a tie .* .adjlist",
    ),
    "a sign in a name": ("ties.txt", "0 #1\n2 3\n", "line 1: found '0 #1', in which '#1' may be a name"),
    "a remark that may be a tie": (
        "ties.txt",
        "0 1\n#2 3\n",
        "line 2: found '#2 3', which may be a remark or",
    ),
    "one that may be a tie of a .csv": (
        "ties.csv",
        "0,1\n#2,3\n",
        "line 2: found '#2,3', which may be a remark",
    ),
    "weights that may be peers": (
        "ties.txt",
        "0 1 2\n1 2 0\n2 0 1\n",
        "line 1: the third of '0', '1', '2' may be",
    ),
    "one name": ("ties.txt", "0 1\n2\n", "line 2: found one name \\('2'\\), and a tie has two"),
    "one name below headings": ("ties.csv", "source,target\na,\n", "line 2: found one name \\('a'\\)"),
    "more cells than headings": ("ties.csv", "source,target\na,b\na,b,c\n", "line 3: found 3 cells below 2"),
    "columns without headings": (
        "ties.csv",
        "a,b,x\nb,c,y\n",
        "line 1: found 'a', 'b', 'x'.*source and target",
    ),
    "a matrix": ("ties.csv", "0,1,0,1\n1,0,1,0\n0,1,0,1\n1,0,1,0\n", "line 1: found '0', '1', '0', '1'"),
    "two headings alike": ("ties.csv", "source,target,target\na,b,c\n", "line 1: two headings are 'target'"),
    "a list of nodes": ("nodes.csv", "Id,Label\n1,A\n2,B\n", "line 1: this is a list of nodes"),
    "spaces in a .csv": ("ties.csv", "a b\nb c\n", "the first line, 'a b', has no comma; .* \\.txt"),
    "a quote left open": ("ties.csv", 'a,b\n"c,d\n', "line 2: .* is a quote left open"),
    "nothing": ("ties.csv", "", "holds no ties"),
    "remarks alone": ("ties.txt", "# a b\n", "holds no ties"),
    "two modes": (
        "ties.net",
        "*Vertices 3 1\n*Edges\n1 2\n",
        "line 1: found '\\*Vertices 3 1', vertices of two",
    ),
    "two networks": ("ties.net", "*Vertices 1\n*Vertices 1\n", "found 2 sections \\*Vertices"),
    "a vertex too many": (
        "ties.net",
        "*Vertices 1\n2 b\n",
        "line 2: found '2 b'; allowed is a vertex, 1 to 1",
    ),
    "a tie to nobody": (
        "ties.net",
        "*Vertices 2\n*Arcs\n1 3\n",
        "line 2: vertex '3' is tied below it, and not",
    ),
    "half a matrix": ("ties.net", "*Vertices 2\n*Matrix\n0 1\n", "\\*Matrix: found 1 lines; allowed are 2"),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_what_is_not_understood_is_refused_by_its_line(file, name):
    path, text, words = BAD_LISTS[name]
    assert re.search(words, refusal(file(path, text)))


@pytest.mark.parametrize(
    ("name", "holds", "end"),
    [
        ("ties.txt", "GraphML", ".graphml"),
        ("ties.graphml", "GML", ".gml"),
        ("ties.csv", "Pajek", ".net"),
        ("ties", "GEXF", ".gexf"),
        ("ties.xml", "GraphML", ".graphml"),
        ("ties.paj", "Pajek", ".net"),
    ],
)
def test_a_file_of_another_format_than_its_name_says_is_told_what_to_be_called(file, name, holds, end):
    content = file("right" + end, GRAPH).read_bytes()
    assert refusal(file(name, content)).endswith(f": holds {holds}; let its name end in {end}.")


@pytest.mark.parametrize("name", ["ties", "ties.dat", "ties.edgelists", "out.karate"])
def test_an_unknown_suffix_is_not_guessed(file, name):
    message = refusal(file(name, "0 1\n1 2\n"))
    assert "does not tell the format; let the name end in .csv" in message
    assert ".net (Pajek)" in message


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"nodes": [], "links": []}', "JSON"),
        ("dl n = 3\ndata:\n", "UCINET DL"),
        ("<kml><Document/></kml>", "XML of another kind"),
        (b"PK\x03\x04 and more", "a ZIP archive"),
        (gzip.compress(b"0 1\n", mtime=0), "what gzip packs, without .gz in its name"),
    ],
)
@pytest.mark.parametrize("name", ["ties.csv", "ties.gml", "ties"])
def test_what_cannot_be_read_is_named(file, content, what, name):
    assert f"holds {what}, which is not read; save it as" in refusal(file(name, content))


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".gml"])
def test_what_a_parser_says_is_told_in_one_sentence(file, suffix):
    whole = file("whole" + suffix, GRAPH).read_text()
    message = refusal(file("ties" + suffix, whole[: len(whole) // 2]))
    assert "cannot be read as" in message
    assert "save it as an edge list" in message


def test_a_file_of_several_graphs_is_refused_and_not_read_in_part(file):
    first = IGRAPH.index("<graph ")
    last = IGRAPH.index("</graph>") + len("</graph>")
    two = IGRAPH[:last] + IGRAPH[first:last].replace('"G"', '"H"') + IGRAPH[last:]
    assert "has 2 ties, 1 of them in its first graph" in refusal(file("ties.graphml", two))


@pytest.mark.parametrize("name", ["a.graphml", "a.gexf", "a.gml", "a.csv", "a.txt", "a.net", "a.adjlist"])
def test_a_file_that_is_not_text_is_refused(file, name):
    refusal(file(name, bytes(range(256))))


@pytest.mark.parametrize("cut", [b"", b"junk", gzip.compress(b"0 1\n" * 99, mtime=0)[:-9]])
def test_what_is_not_packed_as_its_name_says_is_refused(file, cut):
    message = refusal(file("ties.txt.gz", cut))
    assert ("holds no ties" if not cut else "gzip" if cut == b"junk" else "ends too early") in message


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(file):
    bomb = gzip.compress(b"0" * 10**6, mtime=0) * 300
    assert "has more than 200 MB unpacked" in refusal(file("ties.txt.gz", bomb))


def test_two_nodes_of_one_name_are_refused_and_not_made_one(file):
    path = file("ties.net", '*Vertices 2\n1 "a"\n2 "a"\n*Edges\n1 2\n')
    assert "two nodes are called 'a'" in refusal(path, ["a", "b"])
    assert read_network(path).practices() == ("1", "2")


def test_an_unknown_name_is_told_with_the_cure(file):
    path = file("ties.csv", "0,1\n1,the moon\n")
    network = {"network.practices": "file", "network.file": str(path), "population.practices": 2}
    with pytest.raises(InputError) as caught:
        build(Scenario().replace(network), 1)
    assert str(caught.value) == (
        f"{path}: node 'the moon' (its name) is no practice; name every node as a practice (as in '0', '1'), "
        'or remove it, or set population.practices = "file" to have the practices of the file.'
    )


# --- practices from the file ----------------------------------------------------------------------

FROM_FILE = {"network.practices": "file", "population.practices": "file", "population.spread": 0.0}


def test_practices_have_the_names_and_number_of_the_file(file):
    path = file("ties.csv", "Source,Target\nC83,A81\nA81,B82\n")
    made = build(Scenario().replace({**FROM_FILE, "network.file": str(path)}), 1)
    assert made.structure.practice_names == ("C83", "A81", "B82")
    assert [made.structure.practice_ties.of(p).tolist() for p in range(3)] == [[1], [0, 2], [1]]
    assert made.report["practices"] == 3


def test_people_are_those_of_as_many_practices_drawn_without_a_file(file):
    path = file("ties.csv", "Source,Target\nC83,A81\nA81,B82\n")
    scenario = Scenario().replace({**FROM_FILE, "network.file": str(path), "population.spread": 0.7})
    drawn = Scenario().replace({"population.practices": 3})
    for seed in (1, 2):
        here, there = (build(one, seed).structure for one in (scenario, drawn))
        assert np.array_equal(here.staff_uid, there.staff_uid)


def test_a_first_line_that_may_be_a_heading_names_no_practices(file):
    path = file("ties.csv", "Praxis,Nachbar\na,b\nb,c\n")
    assert "line 1 ('Praxis', 'Nachbar') may be a heading or two practices" in refusal(path)
    assert ties(path, ["a", "b", "c", "Praxis", "Nachbar"])[1]["ties"] == 3
    assert ties(file("ties.csv", "source,target\na,b\nc,d\n"))[1]["ties"] == 2


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"network.practices": "ring"}, 'needs network.practices = "file"'),
        ({"population.workforce": True}, "beside population.workforce"),
        ({"population.practices": "files"}, 'a whole number from 1 to 1000000 or "file"'),
    ],
)
def test_practices_of_a_file_need_one(file, keys, words):
    path = str(file("ties.csv", "a,b\n"))
    keys = {key: path if value is True else value for key, value in keys.items()}
    file_key = {} if keys.get("network.practices") == "ring" else {"network.file": path}
    with pytest.raises(InputError, match=re.escape(words)):
        Scenario().replace({**FROM_FILE, **file_key, **keys})


# --- staff ----------------------------------------------------------------------------------------

STAFF = {
    "population": {"practices": 2, "spread": 0.0},
    "roles": {"gp": {"headcount": 2}, "nurse": {"headcount": 1}},
}
OF_STAFF = nx.Graph([("0/gp/0", "0/gp/1"), ("0/gp/1", "1/nurse/0")])


@pytest.mark.parametrize("suffix", WRITERS)
def test_ties_of_staff_are_read_by_the_same_reader(file, suffix):
    path = file("ties" + suffix, OF_STAFF)
    scenario = Scenario.model_validate({**STAFF, "network": {"staff": "file", "staff_file": str(path)}})
    made = build(scenario, 1)
    # In uid order: two GPs and a nurse of practice 0, then those of practice 1.
    found = [made.structure.staff_ties.of(person).tolist() for person in range(6)]
    assert found == [[1], [0, 5], [], [], [], [1]]
    assert "Ties between staff read from" in population_sentences(made.report)[1]


def test_a_person_who_is_not_there_is_told_with_the_names_of_some_who_are(file):
    path = file("ties.txt", "0/gp/0 0/gp/7\n")
    scenario = Scenario.model_validate({**STAFF, "network": {"staff": "file", "staff_file": str(path)}})
    with pytest.raises(InputError, match=r"node '0/gp/7' .* is no member of staff; .* '0/gp/0', '0/gp/1'"):
        build(scenario, 1)


# --- graphs in Python -----------------------------------------------------------------------------


def test_a_networkx_graph_is_saved_and_read_with_its_names_and_ties(tmp_path):
    graph = nx.karate_club_graph()
    path = lpsim.save_network(graph, tmp_path / "club.graphml")
    made = build(Scenario().replace({**FROM_FILE, "network.file": str(path)}), 1)
    assert made.structure.practice_names == tuple(str(node) for node in graph)
    assert [made.structure.practice_ties.of(p).tolist() for p in range(34)] == [
        sorted(graph[p]) for p in graph
    ]
    assert made.report["network_files"]["practices"]["dropped"] == {"weights": 78}


def test_the_same_graph_is_the_same_file(tmp_path):
    saved = [save_network(GRAPH, tmp_path / name).read_bytes() for name in ("a.graphml", "b.graphml")]
    assert saved[0] == saved[1]


def test_a_graph_that_would_not_be_read_as_it_is_is_not_saved(tmp_path):
    with pytest.raises(InputError, match="two nodes have one name in words"):
        save_network(nx.Graph([(1, "1")]), tmp_path / "a.graphml")
    with pytest.raises(InputError, match=r"the suffix of a network that is saved is \.graphml"):
        save_network(GRAPH, tmp_path / "a.gml")
    with pytest.raises(InputError, match="cannot be written"):
        save_network(GRAPH, tmp_path / "nowhere" / "a.graphml")
    assert not list(tmp_path.iterdir())


# --- the docs -------------------------------------------------------------------------------------


def test_the_docs_list_every_suffix_with_its_format():
    rows = re.findall(r"^\| (`\..*?) \| (.*?) \|$", DOCS, flags=re.MULTILINE)
    told = {suffix: words for suffixes, words in rows for suffix in re.findall(r"`(\.\w+)`", suffixes)}
    assert set(told) == {*LISTS, *GRAPHS}
    for suffix, form in {**LISTS, **GRAPHS}.items():
        assert form.removeprefix("an ") in told[suffix]


def test_the_python_shown_in_the_docs_runs(tmp_path, monkeypatch):
    (block,) = re.findall(r"```python\n(.*?)```", DOCS, flags=re.DOTALL)
    monkeypatch.chdir(tmp_path)
    configs = Path(__file__).parents[2] / "configs"
    names: dict = {}
    exec(
        block.replace("  ", "", 1).replace("\n  ", "\n").replace('"configs/', f'"{configs.as_posix()}/'),
        names,
    )
    assert build(names["scenario"], 1).structure.practices == 34


GRAPHML = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph id="G" edgedefault="undirected">'
    '{}<node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>'
)


@pytest.mark.parametrize(
    ("name", "text"),
    {
        "braces": ("a.csv", "source,target\na,b\n" + "{" * 300_000 + "\n"),
        "spaces": ("a.edgelist", "a b\n" + " " * 300_000 + "x\n"),
        "braces and words": ("a.adjlist", "a b {" * 100_000 + "\n"),
        "empty lines": (
            "a.gml",
            "\n" * 300_000 + "graph [ node [ id 0 ] node [ id 1 ] edge [ source 0 target 1 ] ]",
        ),
        "remarks": ("a.graphml", GRAPHML.format("<!-- <edge/> -->" * 30_000)),
    }.values(),
)
def test_a_long_line_takes_no_longer_than_its_length(tmp_path, name, text):
    """Patterns that tried every beginning anew took minutes, which anybody would notice here."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with contextlib.suppress(InputError):
        assert len(read_network(tmp_path / name).ends)
