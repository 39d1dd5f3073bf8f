"""Threads share what they give back."""

import platform
import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys, threading
from nuchal.programs.memory import share_memory
if sys.argv[1] == "shared":
    assert share_memory()
def work():
    big = [bytes(60_000) for _ in range(1000)]
for _ in range(2):
    threads = []
    barrier = threading.Barrier(4)
    def one():
        barrier.wait()
        work()
        barrier.wait()
    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
import xml.etree.ElementTree as tree, ctypes, tempfile
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as file:
    stream = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(len(tree.parse(file.name).getroot().findall("heap")))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="is about glibc")
def test_threads_have_one_store_in_common() -> None:
    stores = [
        int(subprocess.run(
            [sys.executable, "-c", SCRIPT, how], check=True, capture_output=True, text=True
        ).stdout)
        for how in ("shared", "each")
    ]  # fmt: skip
    assert stores[0] == 1 < stores[1]
