"""Renders the measurements as markdown: tables of ratios, and the targets."""

from dataclasses import dataclass


@dataclass
class Group:
    """Programs that did the same work. The others are compared with the first."""

    name: str
    title: str
    measured: list


@dataclass
class Size:
    """The costs of one generated definition."""

    language: str
    title: str
    resources: int
    bytes: int
    measured: object

    def loading(self, inside):
        """Seconds inside the process, or None if they were not measured."""
        return inside.get("size", {}).get(f"{self.language} {self.resources}")

    def of_file(self):
        """The peak memory of the whole process, divided by the size of the file."""
        return self.measured.median("memory") / self.bytes


def table(group, floor):
    first = group.measured[0]
    rows = [("program", "wall ms", "fastest … slowest", "ratio", "CPU s", "ratio", "peak MB", "ratio")]
    for program in group.measured:
        wall, cpu, memory = (program.median(what) for what in ("wall", "cpu", "memory"))
        fastest, slowest = program.spread()
        rows.append(
            (
                program.name,
                f"{wall * 1e3:.1f}",
                f"{fastest * 1e3:.1f} … {slowest * 1e3:.1f}",
                ratio(wall, first.median("wall")),
                f"{cpu:.3f}",
                ratio(cpu, first.median("cpu")),
                f"{'≤ ' if memory <= floor * 1.05 else ''}{memory / 1e6:.0f}",
                ratio(memory, first.median("memory")),
            )
        )
    return markdown(rows)


def ratio(value, first):
    if not first:
        return "–"
    times = value / first
    return f"{times:.0f}×" if times >= 10 else f"{times:.2f}×"


def markdown(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(text.ljust(width) if at == 0 else text.rjust(width) for at, (text, width) in enumerate(zip(row, widths))) + " |"
        for row in rows
    ]
    rule = "| " + " | ".join("-" * width if at == 0 else "-" * (width - 1) + ":" for at, width in enumerate(widths)) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def targets(groups, sizes, inside, biggest):
    """(name, target, measured value, whether it is met) for every measurement."""
    by_name = {(group.name, program.name): program for group in groups for program in group.measured}

    def wall(group, program):
        found = by_name.get((group, program))
        return found and found.median("wall")

    apinb, node = wall("start", "apinb run, one cell"), wall("start", "node -e 0")
    if apinb and node:
        yield "start of a one-cell notebook", "≤ `node -e 0`", f"{apinb * 1e3:.1f} ms to {node * 1e3:.1f} ms", apinb <= node
    apinb, parser = wall("definition", "apinb definition tree"), wall("definition", "raml-1-parser")
    if apinb and parser:
        yield f"{biggest}, faster than raml-1-parser", "≥ 50×", f"{parser / apinb:.0f}×", parser / apinb >= 50
    loading = {(size.language, size.resources): size.loading(inside) for size in sizes if size.loading(inside)}
    thousand = {language: seconds for (language, resources), seconds in loading.items() if resources == 1_000}
    if thousand:
        slowest = max(thousand, key=thousand.get)
        found = f"{thousand[slowest] * 1e3:.1f} ms"
        yield f"loading 1,000 resources (slowest language: {slowest})", "< 100 ms", found, thousand[slowest] < 0.1
        large = {language: loading.get((language, 20_000)) for language in thousand}
        growth = {language: seconds / thousand[language] for language, seconds in large.items() if seconds}
        if growth:
            worst = max(growth, key=growth.get)
            yield f"loading 20,000 resources, of 1,000 ({worst})", "≤ 30×", f"{growth[worst]:.1f}×", growth[worst] <= 30
    if sizes:
        most = max(size.resources for size in sizes)
        largest = max((size for size in sizes if size.resources == most), key=Size.of_file)
        what = f"memory for {largest.resources:,} resources, of the file ({largest.language})"
        yield what, "< 15×", f"{largest.of_file():.1f}×", largest.of_file() < 15
    made, parsed = inside.get("createClient", {}), inside.get("definition", {})
    shares = {name: made[name] / parsed[name] for name in made if parsed.get(name)}
    if shares:
        name = max(shares, key=shares.get)
        found = f"{made[name] * 1e6:.0f} µs to {parsed[name] * 1e6:.0f} µs: {shares[name]:.1%}"
        yield f"creating a client, of parsing (worst of {len(shares)}: {name})", "< 10%", found, shares[name] < 0.1
    slow = inside.get("completion p99", {})
    if slow:
        name = max(slow, key=slow.get)
        yield f"completion (Tab), p99 (worst of {len(slow)}: {name})", "< 50 ms", f"{slow[name] * 1e3:.1f} ms", slow[name] < 0.05
    calls = inside.get("calls", {})
    if {"apinb", "reqwest"} <= calls.keys():
        own = (calls["apinb"] - calls["reqwest"]) * 1e3
        found = f"{own:.0f} µs ({calls['apinb'] * 1e3:.0f} less {calls['reqwest'] * 1e3:.0f})"
        yield "a call's own overhead over reqwest", "< 150 µs", found, own < 150
    one, two = wall("jobs", "one after another"), wall("jobs", "--jobs 2")
    if one and two:
        yield "40 notebooks, two at once, of the time of one at once", "≤ 65%", f"{two / one:.0%}", two / one <= 0.65
    seed = by_name.get(("seed", "apinb run --mock"))
    if seed:
        yield "the example notebook on its mock server, time", "< 1 s", f"{seed.median('wall'):.2f} s", seed.median("wall") < 1
        megabytes = seed.median("memory") / 1e6
        yield "the example notebook on its mock server, memory", "< 150 MB", f"{megabytes:.0f} MB", megabytes < 150


def inside_table(inside):
    """The results of `cargo bench` by definition: loading it, creating a client."""
    rows = [("definition", "load µs", "client, in Rust µs", "`API.createClient` µs", "of loading", "and names µs")]
    groups = [inside.get(group, {}) for group in ("client", "createClient", "createClient and names")]
    for name, load in sorted(inside.get("definition", {}).items(), key=lambda item: -item[1]):
        if not all(name in group for group in groups):
            continue
        tree, created, named = (group[name] for group in groups)
        rows.append(
            (name, f"{load * 1e6:.0f}", f"{tree * 1e6:.1f}", f"{created * 1e6:.1f}", f"{created / load:.1%}", f"{named * 1e6:.1f}")
        )
    return markdown(rows)


def size_table(sizes, inside):
    rows = [("language", "resources", "file MB", "load ms", "µs a resource", "program ms", "peak MB", "of the file")]
    for size in sizes:
        loading = size.loading(inside)
        rows.append(
            (
                size.title,
                f"{size.resources:,}",
                f"{size.bytes / 1e6:.2f}",
                "–" if loading is None else f"{loading * 1e3:.1f}",
                "–" if loading is None else f"{loading / size.resources * 1e6:.1f}",
                f"{size.measured.median('wall') * 1e3:.0f}",
                f"{size.measured.median('memory') / 1e6:.0f}",
                f"{size.of_file():.1f}×",
            )
        )
    return markdown(rows)


def document(groups, sizes, floor, inside, calls, machine, load, versions, day, biggest):
    goals = [("target", "wanted", "measured", "met")]
    goals += [(what, wanted, found, "yes" if met else "**no**") for what, wanted, found, met in targets(groups, sizes, inside, biggest)]
    parts = [
        "# Results\n",
        "Generated by `make bench`; bench/README.md explains the tables.\n",
        f"- {day}\n- {machine}\n- average number of runnable processes, before and after: {load[0]:.1f}, {load[1]:.1f}",
        *(f"- {version}" for version in versions),
        "\n## Targets\n",
        markdown(goals),
        "\n## Whole programs\n",
        "Run in turn; medians of whole processes. Ratios are relative to the first line of each table: higher is slower.\n",
    ]
    for group in groups:
        parts += [f"### {group.title} ({len(group.measured[0].samples)} runs each)\n", table(group, floor), ""]
    if sizes:
        parts += [
            "## Load time and memory by size\n",
            "Generated definitions (`definitions/large.py`). Loading is inside the process (criterion); the program is"
            " `apinb definition tree`, including start and output.\n",
            size_table(sizes, inside),
            "",
        ]
    parts += ["## Inside the process\n", f"Criterion's medians. Parsing the example notebook: {of(inside, 'notebook', 'parse')}.\n"]
    parts += [inside_table(inside), ""]
    parts += [f"One of 1,000 calls over loopback: apinb {of(inside, 'calls', 'apinb', 1000)}, reqwest alone {of(inside, 'calls', 'reqwest', 1000)}.", ""]
    return "\n".join(parts)


def of(inside, group, name, count=1):
    value = inside.get(group, {}).get(name)
    return "not measured" if value is None else f"{value / count * 1e6:.0f} µs"
