"""The environment of the measurement: the machine, its load, the versions of all programs."""

import json
import os
import platform
import subprocess


def first_line(*command):
    """The first line that a command prints."""
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return lines[0].strip() if lines else ""


def machine():
    processor = platform.processor()
    memory = ""
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            processor = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), processor)
        with open("/proc/meminfo", encoding="utf-8") as file:
            memory = f", {round(int(file.readline().split()[1]) / 2**20)} GB of memory"
    return f"{processor}, {os.cpu_count()} cores{memory}, {platform.system()} {platform.release()} {platform.machine()}"


def load():
    """The average number of runnable processes over the last minute."""
    return os.getloadavg()[0]


def versions(apinb, root):
    def package(name):
        with open(os.path.join(root, "bench/node_modules", name, "package.json"), encoding="utf-8") as file:
            return f"{name} {json.load(file)['version']}"

    commit = first_line("git", "-C", root, "rev-parse", "--short", "HEAD")
    return [
        f"{first_line(apinb, '--version')} (commit {commit}, release build)",
        first_line("rustc", "--version"),
        f"node {first_line('node', '--version')}",
        package("newman"),
        package("httpyac"),
        package("raml-1-parser"),
        package("@apidevtools/swagger-parser"),
        " ".join(first_line("curl", "--version").split()[:2]),
    ]
