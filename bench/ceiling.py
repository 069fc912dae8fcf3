"""The bare C loop, compiled when it is asked for."""

import ctypes
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.figures import Missing
from bench.flat import TOP, Flat, Tops

SOURCE = Path(__file__).with_name("ceiling.c")
# What -ffast-math allows, by name: itself it links a start-up by which the whole process takes tiny numbers for zero.
FAST = "-fno-math-errno -ffinite-math-only -fno-signed-zeros -fno-trapping-math -fassociative-math -freciprocal-math"
FLAGS = ("-O3", "-march=native", *FAST.split(), "-shared", "-fPIC")


class Ceiling:
    """The loop over one market. Raises Missing where there is no gcc."""

    def __init__(self) -> None:
        compiler = shutil.which("gcc")
        if compiler is None:
            raise Missing("gcc: apt-get install gcc")
        with TemporaryDirectory() as folder:
            library = Path(folder) / "ceiling.so"
            subprocess.run([compiler, *FLAGS, str(SOURCE), "-o", str(library)], check=True)
            self.loop = ctypes.CDLL(str(library)).top20

    def __call__(self, work: Flat, first: int | None = None) -> Tops:
        """The top 20 of the first needs (all of them)."""
        count = work.needs if first is None else min(first, work.needs)
        rows = np.empty((count, TOP), dtype=np.int32)
        keys = np.empty((count, TOP), dtype=np.float32)
        arrays = (
            *(work.amounts, work.fixed, work.values, work.calls, work.of, work.ask, work.low, work.high),
            *(work.weights, work.constant, work.base, work.ramps, work.priors),
        )
        pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in arrays]
        self.loop(
            ctypes.c_int64(count),
            ctypes.c_int64(work.parks),
            *pointers,
            ctypes.c_float(work.beta),
            rows.ctypes.data_as(ctypes.c_void_p),
            keys.ctypes.data_as(ctypes.c_void_p),
        )
        return Tops(rows, keys)
