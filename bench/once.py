"""Runs one command, its output dropped, and prints the exit code, the wall seconds, the processor seconds and the peak
memory as the system counts it.

A process of its own that imports next to nothing: a child counts as its own the memory of the process that it is
started from, for a moment a copy of it.
"""

import os
import sys
import time

nothing = os.open(os.devnull, os.O_RDWR)
actions = [(os.POSIX_SPAWN_DUP2, nothing, descriptor) for descriptor in (0, 1, 2)]
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - started
print(os.waitstatus_to_exitcode(status), wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
