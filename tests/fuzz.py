"""Gives damaged input to what reads it: nothing may be raised but the project's own errors.

    python tests/fuzz.py --inputs 20000 --seed 1
    python tests/fuzz.py --seed 1 --only 4711      (one again, and what came of it)

An input is a shipped scenario, a design, a table of practices or a network file in which lines were deleted,
doubled or swapped, numbers, words and bytes changed, or much of something put in. They are read in a process
of their own, whose memory is capped, and none may take long.
"""

import argparse
import collections
import itertools
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from lpsim.errors import InputError  # noqa: E402
from lpsim.population.build import Builder  # noqa: E402
from lpsim.population.network_files import read_network  # noqa: E402
from lpsim.scenario import Scenario  # noqa: E402
from lpsim.scenario.idle import idle_settings  # noqa: E402
from lpsim.sweeps.design.design import Design  # noqa: E402

MEMORY = 6 * 2**30
"""Bytes of addresses, most of which the libraries take that are loaded."""
LONGEST = 20
"""Seconds for one input."""
BUILT = 2000
"""Members of staff up to whom a scenario that is read is built as well."""

# --- what is damaged ------------------------------------------------------------------------------

LINES = "source,target,weight\na,b,1\nb,c,2.5\nc,d,1\nd,a,3\n"
GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="n" for="node" attr.name="name" attr.type="string"/>
<key id="w" for="edge" attr.name="weight" attr.type="double"/>
<graph id="G" edgedefault="undirected">
<node id="0"><data key="n">a</data></node>
<node id="1"><data key="n">b</data></node>
<edge source="0" target="1"><data key="w">1.5</data></edge>
</graph>
</graphml>
"""
GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
<graph defaultedgetype="undirected" mode="static">
<attributes class="node"><attribute id="0" title="size" type="integer"/></attributes>
<nodes>
<node id="0" label="a"><attvalues><attvalue for="0" value="3"/></attvalues></node>
<node id="1" label="b"/>
</nodes>
<edges><edge id="0" source="0" target="1" weight="2.0"/></edges>
</graph>
</gexf>
"""
GML = """graph [
  directed 0
  node [ id 0 label "a" ]
  node [ id 1 label "b" ]
  edge [ source 0 target 1 weight 2.5 ]
]
"""
PAJEK = """*Vertices 3
1 "a" 0.1 0.2
2 "b"
3 "c"
*Edges
1 2 1.5
2 3 1
*Arcs
3 1
"""
NETWORKS = {
    "csv": LINES,
    "tsv": LINES.replace(",", "\t"),
    "edgelist": LINES.split("\n", 1)[1].replace(",", " "),
    "adjlist": "a b c\nb c d\nc d\n",
    "graphml": GRAPHML,
    "gexf": GEXF,
    "gml": GML,
    "net": PAJEK,
}
SCENARIOS = sorted((ROOT / "configs").glob("*.toml"))
DESIGNS = sorted([*(ROOT / "configs" / "sweeps").glob("*.toml"), *ROOT.glob("experiments/*/designs/*.toml")])
TABLE = ROOT / "configs" / "made_up_practices.csv"


def original(chance):
    """What is read, how it is named, and its text."""
    kind = chance.choice(["scenario", "design", "table", "network"])
    if kind == "scenario":
        return kind, "scenario.toml", chance.choice(SCENARIOS).read_text(encoding="utf-8")
    if kind == "design":
        return kind, "design.toml", chance.choice(DESIGNS).read_text(encoding="utf-8")
    if kind == "table":
        lines = TABLE.read_text(encoding="utf-8").splitlines(keepends=True)
        return kind, "table.csv", "".join(lines[:25])
    suffix = chance.choice(list(NETWORKS))
    return kind, f"network.{suffix}", NETWORKS[suffix]


# --- how it is damaged ----------------------------------------------------------------------------

NUMBERS = (
    "0 -1 1e308 1e400 -0.0 nan inf -inf 0x7fffffff 9223372036854775808 1e-320 0.1 2 99999 007 1_000 true "
    "-9223372036854775809 0b11 1e5 3.0 50% 12:00:00 1979-05-27 4294967296"
).split()
WORDS = (
    '"" "a" [] {} [[1]] [1,"a"] {a=1} "12 %/year" "1 %/never" "\\u0000" "\\u202e" "file" "nk" '
    "'''x''' null None NA - * # = . , ; \" ' \t \0 \x1b[31m \u202e \ufeff \ud7ff é 𝔘 漢 [ ] { } < > & %"
).split(" ")


def damaged(text, chance):
    """Some bytes that were a text."""
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(DAMAGE)(text, chance)
    coding = chance.choices(
        ["utf-8", "utf-16", "latin-1", "utf-8-sig", "utf-32", "cp1252"], [30, 1, 1, 1, 1, 1]
    )[0]
    data = text.encode(coding, errors=chance.choice(["replace", "ignore", "backslashreplace"]))
    if chance.random() < 0.1:
        data = data[: chance.randrange(len(data) + 1)]
    if chance.random() < 0.1:
        place = chance.randrange(len(data) + 1)
        data = data[:place] + bytes(chance.randrange(256) for _ in range(3)) + data[place:]
    return data


def _of_lines(change):
    def changed(text, chance):
        lines = text.splitlines(keepends=True) or [""]
        change(lines, chance.randrange(len(lines)), chance)
        return "".join(lines)

    return changed


def _swap(lines, place, chance):
    other = chance.randrange(len(lines))
    lines[place], lines[other] = lines[other], lines[place]


def _cut(lines, place, chance):
    line = lines[place]
    begin, end = sorted(chance.randrange(len(line) + 1) for _ in range(2))
    lines[place] = line[:begin] + line[end:]


def _of_pattern(is_one, others):
    def changed(text, chance):
        places = [i for i, char in enumerate(text) if is_one(char)]
        if not places:
            return text
        begin = end = chance.choice(places)
        while begin and is_one(text[begin - 1]):
            begin -= 1
        while end < len(text) and is_one(text[end]):
            end += 1
        return text[:begin] + chance.choice(others) + text[end:]

    return changed


def _put_in(text, chance):
    place = chance.randrange(len(text) + 1)
    return text[:place] + chance.choice([*NUMBERS, *WORDS]) + text[place:]


def _much(text, chance):
    times = chance.choice([100, 3000, 30_000])
    what = chance.choice(
        ["[", "{a=", "9", "a", '"', "(", "<a>", "\n", ",", "a.", "[[a]]\n", "x = 1\n", "graph ["]
    )
    place = chance.randrange(len(text) + 1)
    return text[:place] + what * times + text[place:]


def _exchange_value(text, chance):
    lines = text.splitlines(keepends=True)
    places = [i for i, line in enumerate(lines) if "=" in line]
    if not places:
        return text
    place = chance.choice(places)
    lines[place] = f"{lines[place].partition('=')[0]}= {chance.choice([*NUMBERS, *WORDS])}\n"
    return "".join(lines)


DAMAGE = (
    _of_lines(lambda lines, place, _: lines.pop(place)),
    _of_lines(lambda lines, place, _: lines.insert(place, lines[place])),
    _of_lines(_swap),
    _of_lines(_cut),
    _of_pattern(lambda char: char.isdigit() or char in ".-", NUMBERS),
    _of_pattern(str.isalpha, WORDS),
    _exchange_value,
    _exchange_value,
    _put_in,
    _much,
)

# --- what reads it --------------------------------------------------------------------------------


def read(kind, path):
    """Have the program read a file, and do what is done with it before anything runs."""
    if kind == "network":
        network = read_network(path)
        network.practices()
        network.ties(network.practices(), "practices")
    elif kind == "table":
        Builder(Scenario().replace({"population.workforce": str(path)})).build(1)
    elif kind == "design":
        design = Design.load(path)
        for point in design.points[:2]:
            design.scenario(point)
    else:
        scenario = Scenario.load(path)
        list(idle_settings(scenario))
        builder = Builder(scenario)
        if scenario.population.workforce is None and builder.expected_size.staff <= BUILT:
            builder.build(1)


def tried(seed, number, folder):
    """What came of an input: "read", "refused", or the traceback of what may not be."""
    chance = random.Random(f"{seed} {number}")
    kind, name, text = original(chance)
    path = folder / name
    path.write_bytes(damaged(text, chance))
    signal.alarm(LONGEST)
    try:
        read(kind, path)
    except InputError as error:
        return "refused" if str(error).strip() else f"{kind}: an error without words"
    except BaseException:
        return f"{kind}\n{traceback.format_exc(limit=-6)}"
    else:
        return "read"
    finally:
        signal.alarm(0)
        path.unlink()


def work(seed, numbers, seconds):
    """Try inputs in this process, and print what came of each."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _took_too_long)
    warnings.simplefilter("ignore")
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / TABLE.name).write_bytes(TABLE.read_bytes())  # scenarios name it, and each other
        for path in SCENARIOS:
            (folder / path.name).write_bytes(path.read_bytes())
        for number in numbers:
            if time.monotonic() > end:
                break
            print(repr((number, tried(seed, number, folder))), flush=True)


def _took_too_long(*_):
    raise TimeoutError(f"took more than {LONGEST} s")


def fuzz(seed, numbers, seconds=1e9):
    """How many inputs were read and refused, and what may not be, by number; in a process of its own."""
    command = [sys.executable, __file__, "--seed", str(seed), "--seconds", str(seconds)]
    command += ["--work", str(numbers.start), str(numbers.stop)]
    counts, wrong, last = collections.Counter(), {}, numbers.start - 1
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            last, found = eval(line)
            counts[found if found in ("read", "refused") else "wrong"] += 1
            if found not in ("read", "refused"):
                wrong[last] = found
    if process.returncode:
        wrong[last + 1] = f"the process ended with {process.returncode}"
    return counts, wrong


def main():
    """Fuzz, and say what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--only", type=int)
    parser.add_argument("--work", type=int, nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(asked.seed, range(*asked.work), asked.seconds)
        return
    first, last = (0, asked.inputs) if asked.only is None else (asked.only, asked.only + 1)
    counts, wrong = fuzz(asked.seed, range(first, last), asked.seconds)
    alike = itertools.groupby(sorted(wrong.items(), key=lambda w: w[1]), key=lambda w: w[1])
    for found, those in alike:
        numbers = [number for number, _ in those]
        print(f"{len(numbers)} inputs, such as {numbers[:5]}: {found}\n")
    print(f"{sum(counts.values())} inputs: {dict(counts)}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
