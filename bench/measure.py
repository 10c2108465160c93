"""Runs programs in turn, and measures wall time, CPU time and peak memory of whole processes."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Program:
    """A command to measure. `check` is called after each run, outside of the measured time."""

    name: str
    command: list
    folder: str
    environment: dict = field(default_factory=dict)
    check: object = None


@dataclass
class Sample:
    """One run: wall seconds, CPU seconds, bytes."""

    wall: float
    cpu: float
    memory: int


@dataclass
class Measured:
    """All runs of a program."""

    name: str
    samples: list

    def median(self, what):
        return statistics.median(getattr(sample, what) for sample in self.samples)

    def spread(self):
        """The fastest and the slowest run, in seconds."""
        times = [sample.wall for sample in self.samples]
        return min(times), max(times)


def run_once(program):
    """Runs a program to completion. A failure stops the benchmark."""
    once = [sys.executable, "-I", "-S", str(Path(__file__).with_name("once.py")), *program.command]
    environment = {**os.environ, **program.environment}
    completed = subprocess.run(once, cwd=program.folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    code, wall, cpu, memory = completed.stdout.split()
    if code != "0":
        sys.exit(f"bench: `{' '.join(program.command)}` in {program.folder} ended with {code}")
    if program.check is not None:
        program.check(program)
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Sample(float(wall), float(cpu), int(memory) * unit)


def side_by_side(programs, repeats):
    """Runs the programs in turn, `repeats` times, after one warm-up run of each."""
    samples = {program.name: [] for program in programs}
    for program in programs:
        run_once(program)
    for repeat in range(repeats):
        for program in programs:
            samples[program.name].append(run_once(program))
        if sys.stderr.isatty():
            print(f"\r{repeat + 1}/{repeats} ", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    return [Measured(name, runs) for name, runs in samples.items()]


def memory_floor():
    """The smallest measurable peak memory, see once.py."""
    return run_once(Program("true", ["true"], ".")).memory
