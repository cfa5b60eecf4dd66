"""Ties among staff against a naive twin; ties among practices of every type."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from lpsim.errors import InputError
from lpsim.model.draws import Draws, Stream, threshold
from lpsim.model.state import WORLD_UID, uid
from lpsim.population.networks import practice_ties, staff_ties
from lpsim.scenario.parameters import Network

ROLES = 3


def world(*practices):
    """Arrays of staff; a practice is given by its number of staff in each role."""
    rows = [
        (uid(0, p, role, number), p, role)
        for p, heads in enumerate(practices)
        for role, head in enumerate(heads)
        for number in range(head)
    ]
    sizes = [sum(heads) for heads in practices]
    return {
        "staff_uid": np.array([row[0] for row in rows], np.uint64),
        "staff_practice": np.array([row[1] for row in rows], np.int32),
        "staff_role": np.array([row[2] for row in rows], np.int32),
        "first_staff": np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
    }


def some_world(seed, practices=5, most=3):
    heads = np.random.default_rng(seed).integers(0, most + 1, (practices, ROLES))
    heads[0, 0] = heads[1, 0] = 1
    return world(*heads.tolist())


def naive_team_ties(network, draws, uids, team):
    """Who is tied to whom in one practice: the text of the model again, with networkx to tell its parts."""
    pairs, degree = list(combinations(team, 2)), network.staff_degree
    words = {(i, j): draws.word(Stream.NETWORK_STAFF, uids[j] % 2**24, uids[i]) for i, j in pairs}

    def below(pair, probability):
        return probability == 1 or words[pair] < threshold(probability)

    if network.staff == "complete":
        return pairs
    if network.staff == "none":
        return []
    if network.staff == "line":
        return [(i, j) for i, j in pairs if j == i + 1]
    if network.staff == "random":
        return [pair for pair in pairs if below(pair, network.staff_density)]
    apart = [min(j - i, len(team) - (j - i)) for i, j in pairs]
    ring = [pair for pair, d in zip(pairs, apart, strict=True) if d <= degree // 2 or len(team) <= degree]
    if network.staff == "ring":
        return ring
    moved = [pair for pair in ring if below(pair, network.staff_small_world)]
    if network.staff_rewired:
        moved = sorted(sorted(ring, key=words.get)[: network.staff_rewired])
    graph = nx.Graph()
    graph.add_nodes_from(team)
    graph.add_edges_from(ring)
    for i, j in moved:
        others, parts = [q for q in team if q != i], nx.number_connected_components(graph)
        for digit in range(64):
            word = draws.word(Stream.NETWORK_STAFF_PARTNER, uids[j] % 2**24, uids[i], digit=digit)
            partner = others[word * len(others) >> 64]
            if graph.has_edge(i, partner):
                continue
            graph.remove_edge(i, j)
            graph.add_edge(i, partner)
            if nx.number_connected_components(graph) <= parts:
                break
            graph.remove_edge(i, partner)
            graph.add_edge(i, j)
    return [(min(tie), max(tie)) for tie in graph.edges]


def naive_staff_ties(network, draws, staff_uid, staff_practice, staff_role, first_staff):
    """The text of the model, word for word, on sets."""
    uids = [int(x) for x in staff_uid]
    people = range(len(uids))
    practice, role = staff_practice.tolist(), staff_role.tolist()
    peers = {i: set() for i in people}
    inside = []
    for place in range(len(first_staff) - 1):
        team = range(first_staff[place], first_staff[place + 1])
        inside += naive_team_ties(network, draws, uids, team)
    inside.sort()
    for i, j in inside:
        peers[i].add(j)
        peers[j].add(i)
    for i, j in inside:
        step, key = uids[j] % 2**24, uids[i]
        if not draws.occurs(Stream.NETWORK_REWIRE, step, key, threshold(network.rewire)):
            continue
        heads = draws.heads(Stream.NETWORK_REWIRE_END, step, key)
        stays, leaves = (i, j) if heads else (j, i)
        elsewhere = [q for q in people if practice[q] != practice[stays]]
        for digit in range(64) if elsewhere else ():
            word = draws.word(Stream.NETWORK_REWIRE_PARTNER, step, key, digit=digit)
            partner = elsewhere[word * len(elsewhere) >> 64]
            if partner not in peers[stays]:
                peers[stays].remove(leaves)
                peers[leaves].remove(stays)
                peers[stays].add(partner)
                peers[partner].add(stays)
                break
    for i in people:
        pool = [q for q in people if practice[q] != practice[i] and role[q] == role[i]]
        step = 0
        while len(peers[i] & set(pool)) < min(network.professional, len(pool)):
            partner = pool[draws.word(Stream.NETWORK_PROFESSIONAL, step, uids[i]) * len(pool) >> 64]
            peers[i].add(partner)
            peers[partner].add(i)
            step += 1
    return [sorted(peers[i]) for i in people]


def as_lists(ties):
    assert ties.offsets.dtype == np.int64
    assert ties.neighbours.dtype == np.int32
    assert ties.offsets[0] == 0
    assert ties.offsets[-1] == len(ties.neighbours)
    return [ties.of(i).tolist() for i in range(len(ties.offsets) - 1)]


def edges(ties):
    return {(i, j) for i, peers in enumerate(as_lists(ties)) for j in peers if i < j}


def assert_sound(ties):
    rows = as_lists(ties)
    for i, peers in enumerate(rows):
        assert peers == sorted(set(peers)), "neighbours ascend"
        assert i not in peers, "nobody is tied to oneself"
        assert all(i in rows[j] for j in peers), "ties are mutual"


NETWORKS = [
    {},
    {"staff": "none"},
    {"rewire": 0.3},
    {"rewire": 1.0},
    {"staff": "none", "rewire": 1.0},
    {"professional": 2},
    {"staff": "none", "professional": 3},
    {"rewire": 0.5, "professional": 3},
    {"rewire": 1.0, "professional": 1000},
    {"staff": "line"},
    {"staff": "line", "rewire": 0.5, "professional": 1},
    {"staff": "ring", "staff_degree": 2},
    {"staff": "ring", "staff_degree": 4, "rewire": 0.3},
    {"staff": "small_world", "staff_degree": 2, "staff_small_world": 1.0},
    {"staff": "small_world", "staff_degree": 4, "staff_small_world": 0.4, "professional": 2},
    {"staff": "small_world", "staff_degree": 2, "staff_small_world": 0.0},
    {"staff": "random", "staff_density": 0.4},
    {"staff": "random", "staff_density": 1.0, "rewire": 0.2},
    {"staff": "random", "staff_density": 0.0, "professional": 1},
]


@pytest.mark.parametrize("keys", NETWORKS, ids=str)
@pytest.mark.parametrize("seed", range(8))
def test_staff_ties_are_those_of_the_naive_twin(keys, seed):
    network, staff = Network(**keys), some_world(seed)
    ties = staff_ties(network, Draws(seed), **staff)
    assert_sound(ties)
    assert as_lists(ties) == naive_staff_ties(network, Draws(seed), **staff)


@pytest.mark.parametrize("seed", range(3))
def test_staff_ties_are_those_of_the_naive_twin_in_a_larger_world(seed):
    network, staff = Network(rewire=0.4, professional=6), some_world(seed, practices=25, most=6)
    ties = staff_ties(network, Draws(2**64 - 1 - seed), **staff)
    assert as_lists(ties) == naive_staff_ties(network, Draws(2**64 - 1 - seed), **staff)


@pytest.mark.parametrize("seed", range(5))
def test_a_tie_stays_where_all_its_tries_fail(seed):
    network, staff = Network(rewire=1.0), world((9, 0, 0), (1, 0, 0), (1, 0, 0))
    ties = staff_ties(network, Draws(seed), **staff)
    assert as_lists(ties) == naive_staff_ties(network, Draws(seed), **staff)
    assert any(j < 9 for _, j in edges(ties)), "36 ties, and 18 pairs of people to take them"
    assert len(edges(ties)) == 36


@pytest.mark.parametrize("keys", [{"staff_rewired": 3}, {"staff_rewired": 12}, {"staff_small_world": 0.5}])
@pytest.mark.parametrize("seed", range(6))
def test_a_small_world_of_staff_is_that_of_the_naive_twin(keys, seed):
    network, staff = Network(staff="small_world", staff_degree=2, **keys), world((12, 0, 0), (5, 4, 4))
    ties = staff_ties(network, Draws(seed), **staff)
    assert_sound(ties)
    assert as_lists(ties) == naive_staff_ties(network, Draws(seed), **staff)


def test_a_line_ties_each_to_the_next_in_uid_order():
    ties = staff_ties(Network(staff="line"), Draws(1), **world((2, 0, 1), (1, 0, 0), (0, 2, 0)))
    assert as_lists(ties) == [[1], [0, 2], [1], [], [5], [4]]


def test_a_ring_of_staff_has_half_of_the_degree_on_either_side_and_small_teams_are_complete():
    ties = staff_ties(Network(staff="ring", staff_degree=4), Draws(1), **world((6, 0, 0), (3, 1, 0)))
    of_six = [[1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 3, 4]]
    assert as_lists(ties) == [*of_six, [7, 8, 9], [6, 8, 9], [6, 7, 9], [6, 7, 8]]


def test_a_small_world_of_staff_moves_the_upper_ends_of_exactly_so_many_ties():
    staff, moved = world((20, 0, 0)), 4
    ring = edges(staff_ties(Network(staff="ring", staff_degree=4), Draws(3), **staff))
    network = Network(staff="small_world", staff_degree=4, staff_rewired=moved)
    small = edges(staff_ties(network, Draws(3), **staff))
    assert len(small) == len(ring) == 40
    assert len(ring - small) == moved
    lower = {low for low, _ in ring - small}
    assert all(lower & set(tie) for tie in small - ring), "the lower end stays"


@pytest.mark.parametrize("seed", range(20))
def test_a_small_world_of_staff_falls_into_no_more_parts_than_its_ring(seed):
    network = Network(staff="small_world", staff_degree=2, staff_small_world=1.0)
    graph = nx.Graph(list(edges(staff_ties(network, Draws(seed), **world((30, 0, 0))))))
    assert nx.is_connected(graph)
    assert graph.number_of_edges() == graph.number_of_nodes() == 30


def test_more_ties_to_move_than_a_ring_has_are_refused():
    network = Network(staff="small_world", staff_degree=2, staff_rewired=9)
    with pytest.raises(InputError, match=r"staff_rewired: found 9; a practice of 8 people has 8 ties"):
        staff_ties(network, Draws(1), **world((8, 0, 0)))


def test_a_higher_density_ties_whom_a_lower_one_did():
    few, many = (
        edges(staff_ties(Network(staff="random", staff_density=p), Draws(4), **world((40, 0, 0))))
        for p in (0.1, 0.2)
    )
    assert few < many
    # 780 pairs: standard deviations 8.4 and 11.2; four of them.
    assert abs(len(few) - 78) < 34
    assert abs(len(many) - 156) < 45


def test_one_person_more_leaves_the_pairs_of_all_others():
    network = Network(staff="random", staff_density=0.3)
    few = staff_ties(network, Draws(5), **world((4, 3, 2)))
    more = staff_ties(network, Draws(5), **world((4, 3, 3)))  # the new one comes last
    assert edges(few) == {(low, high) for low, high in edges(more) if high < 9}


def test_complete_ties_join_all_of_a_practice_and_nobody_else():
    ties = staff_ties(Network(), Draws(1), **world((2, 1, 0), (0, 0, 0), (1, 0, 0), (0, 2, 2)))
    assert as_lists(ties) == [[1, 2], [0, 2], [0, 1], [], [5, 6, 7], [4, 6, 7], [4, 5, 7], [4, 5, 6]]


def test_complete_ties_number_half_of_each_practices_size_times_size_less_one():
    sizes = [12, 31, 1, 7]
    ties = staff_ties(Network(), Draws(1), **world(*((size, 0, 0) for size in sizes)))
    assert len(ties.neighbours) == sum(size * (size - 1) for size in sizes)


def test_without_staff_ties_nobody_has_peers():
    ties = staff_ties(Network(staff="none"), Draws(1), **world((2, 1, 0), (3, 0, 0)))
    assert as_lists(ties) == [[]] * 6


@pytest.mark.parametrize("practices", [[], [(0, 0, 0)], [(0, 0, 0), (3, 1, 0)]])
def test_staff_of_one_practice_have_nobody_to_be_rewired_to(practices):
    staff = world(*practices)
    ties = staff_ties(Network(rewire=1.0, professional=2), Draws(1), **staff)
    assert as_lists(ties) == as_lists(staff_ties(Network(), Draws(1), **staff))


@pytest.mark.parametrize("rewire", [0.05, 0.5, 1.0])
def test_rewiring_preserves_the_mean_degree(rewire):
    """As in Fang, Lee & Schilling (2010), where groups of 7 are tied by rewired links."""
    staff = world(*[(7, 0, 0)] * 40)
    ties = staff_ties(Network(rewire=rewire), Draws(3), **staff)
    assert len(ties.neighbours) == 280 * 6
    across = sum(staff["staff_practice"][i] != staff["staff_practice"][j] for i, j in edges(ties))
    assert abs(across / 840 - rewire) < 0.06
    assert rewire < 1.0 or across == 840


def test_a_higher_probability_rewires_whatever_a_lower_one_did():
    staff = world(*[(5, 2, 0)] * 20)
    complete = edges(staff_ties(Network(), Draws(4), **staff))
    gone = [complete - edges(staff_ties(Network(rewire=p), Draws(4), **staff)) for p in (0.1, 0.2, 0.6)]
    assert gone[0] < gone[1] < gone[2]


@pytest.mark.parametrize("seed", range(20))
def test_one_more_practice_leaves_the_choice_of_ties_to_rewire(seed):
    practices = [(4, 2, 1)] * 6
    fewer, more = (
        edges(staff_ties(Network(rewire=0.3), Draws(seed), **world(*rows)))
        for rows in (practices, [*practices, (3, 3, 3)])
    )
    inside = edges(staff_ties(Network(), Draws(seed), **world(*practices)))
    assert inside - fewer == inside - more != set()


@pytest.mark.parametrize("seed", range(20))
def test_one_more_practice_leaves_the_coin_that_says_which_end_stays(seed):
    """One tie and lone others: whoever of the two has a tie afterwards is the one who stayed."""
    practices = [(1, 1, 0), (1, 0, 0), (1, 0, 0)]
    stayed = []
    for rows in (practices, [*practices, (1, 0, 0)]):
        ties = staff_ties(Network(rewire=1.0), Draws(seed), **world(*rows))
        assert sorted(len(ties.of(i)) for i in (0, 1)) == [0, 1]
        stayed.append(len(ties.of(0)))
    key, step = uid(0, 0, 0, 0), uid(0, 0, 1, 0) % 2**24
    assert stayed == [Draws(seed).word(Stream.NETWORK_REWIRE_END, step, key) & 1] * 2


def test_professional_ties_join_the_same_role_in_other_practices():
    staff = world(*[(2, 3, 1)] * 12)
    ties = staff_ties(Network(staff="none", professional=4), Draws(5), **staff)
    for i, peers in enumerate(as_lists(ties)):
        assert len(peers) >= 4
        for j in peers:
            assert staff["staff_role"][i] == staff["staff_role"][j]
            assert staff["staff_practice"][i] != staff["staff_practice"][j]


def test_more_professional_ties_than_possible_are_all_that_are_possible():
    staff = world((2, 1, 0), (1, 0, 0), (3, 1, 2))
    ties = staff_ties(Network(staff="none", professional=1000), Draws(6), **staff)
    practice, role = staff["staff_practice"], staff["staff_role"]
    assert edges(ties) == {
        (i, j) for i, j in combinations(range(10), 2) if role[i] == role[j] and practice[i] != practice[j]
    }


def peers_of(size, seed=1, labels=None, **keys):
    ties = practice_ties(Network(**keys), Draws(seed), size, labels=labels)
    assert_sound(ties)
    return as_lists(ties)


def test_practices_without_a_network_have_no_peers():
    assert peers_of(3) == [[], [], []]


def test_practices_that_share_a_code_are_peers_and_those_without_stand_alone():
    labels = ["b", None, "a", "b", None, "b", "c"]
    peers = [[3, 5], [], [], [0, 5], [], [0, 3], []]
    assert peers_of(7, labels=labels) == peers
    assert peers_of(7, labels=labels, practices="ring", degree=2) == peers


@pytest.mark.parametrize("labels", [["a"] * 4, [None] * 4, [None, None, "a", "a"]])
def test_codes_may_all_be_there_or_all_be_missing(labels):
    expected = [[j for j in range(4) if j != i and x and labels[j] == x] for i, x in enumerate(labels)]
    assert peers_of(4, labels=labels) == expected


def test_in_a_ring_half_of_the_degree_is_on_either_side():
    peers = peers_of(9, practices="ring", degree=4)
    assert peers[0] == [1, 2, 7, 8]
    assert peers[4] == [2, 3, 5, 6]


def test_a_small_world_is_that_of_watts_and_strogatz_with_the_keyed_seed():
    seed = Draws(7).word(Stream.NETWORK_PRACTICES, 0, WORLD_UID) % 2**32
    graph = nx.watts_strogatz_graph(30, 4, 0.3, seed)
    assert peers_of(30, 7, practices="small_world", degree=4, small_world=0.3) == [
        sorted(graph[i]) for i in range(30)
    ]


def test_a_small_world_without_rewiring_is_a_ring():
    ring = peers_of(11, practices="ring", degree=6)
    assert peers_of(11, practices="small_world", degree=6, small_world=0.0) == ring


@pytest.mark.parametrize(("size", "degree"), [(30, 4), (5, 4), (10, 2), (100, 90), (51, 50), (20, 10)])
def test_in_a_random_network_every_practice_has_the_degree(size, degree):
    peers = peers_of(size, practices="random", degree=degree)
    assert {len(row) for row in peers} == {degree}


@pytest.mark.parametrize("practices", ["small_world", "random"])
def test_a_seed_gives_one_network_and_another_seed_another(practices):
    first, again, other = (peers_of(40, seed, practices=practices) for seed in (1, 1, 2))
    assert first == again != other


def test_groups_are_complete_and_the_last_may_be_smaller():
    peers = peers_of(7, practices="groups", groups=3)
    assert peers == [[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4], []]
    assert len(peers_of(7, practices="groups", groups=100)[6]) == 6


@pytest.mark.parametrize("practices", ["ring", "small_world", "random"])
@pytest.mark.parametrize(("size", "degree"), [(9, 3), (4, 4), (1, 2)])
def test_an_odd_degree_or_one_that_practices_cannot_have_is_refused(practices, size, degree):
    with pytest.raises(InputError, match=f"network.degree: found {degree}; .* {size}"):
        peers_of(size, practices=practices, degree=degree)
