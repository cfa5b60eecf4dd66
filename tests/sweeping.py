"""What the tests of sweeps share: small designs, and stores compared to the last bit."""

import hashlib

import numpy as np
import pyarrow as pa

from lpsim.sweeps.design.design import Design
from lpsim.sweeps.store.rows import Made, run_id, schema_of, table_of
from lpsim.sweeps.store.store import Store
from lpsim.sweeps.store.writing import filling

SMALL = {"steps": 3, "population.practices": 1, "world.issues": 6, "world.domains": 2}
RATES = [0.1, 0.4, 0.9]


def as_dict(folder, *, replications=4, rates=RATES, **changes):
    """What a small design file says; `folder` gets its base scenario."""
    base = folder / "base.toml"
    if not base.exists():
        base.write_text('title = "Small"\n')
    return {
        "title": "Small sweep",
        "base": str(base),
        "set": SMALL,
        "method": "factorial",
        "replications": replications,
        "factors": [{"key": "practice.codification.rate", "kind": "lever", "values": rates}],
        **changes,
    }


def small(folder, **changes):
    """A small design."""
    return Design.from_dict(as_dict(folder, **changes))


def design_file(folder, *, replications=4, rates=RATES, settings=SMALL, name="small"):
    """A design file."""
    (folder / "base.toml").write_text('title = "Small"\n')
    values = "\n".join(f'"{key}" = {value!r}' for key, value in settings.items())
    path = folder / f"{name}.toml"
    path.write_text(
        f'title = "Small sweep"\nbase = "base.toml"\nmethod = "factorial"\nreplications = {replications}\n'
        f"[set]\n{values}\n"
        f'[[factors]]\nkey = "practice.codification.rate"\nkind = "lever"\nvalues = {rates}\n'
    )
    return path


def filled(folder, design, function, *, leave_out=0):
    """A store of a design whose measures are a function of point and seed, written as a sweep writes it."""
    schema = schema_of(design)
    with filling(folder, design) as kept:
        made = [
            Made(run_id(digest, seed), [point], seed, 0.0, "here", _seen(design, function(point, seed)))
            for point, digest in zip(design.points, kept.digests, strict=True)
            for seed in design.seeds(point)
        ]
        kept.add(table_of(schema, made[: len(made) - leave_out]))
    return Store.open(folder)


def _seen(design, values):
    """Of every measure the value given for it, or the one value, at every step kept."""
    steps = np.array(design.steps)
    by_name = values if isinstance(values, dict) else dict.fromkeys(design.keep.measures, values)
    return {"step": steps, **{name: np.full(len(steps), value) for name, value in by_name.items()}}


def result_bytes(store):
    """A digest of all results, sorted by the runs' ids."""
    table = store.table().sort_by([(name, "ascending") for name in ("run_id", "point", "step")])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def contents(folder):
    """All files below a folder and what is in them."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
