"""What the tests of sweeps share: small designs, and stores compared to the last bit."""

import hashlib

import pyarrow as pa

from lpsim.sweeps.design.design import Design

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
