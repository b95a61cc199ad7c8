# Brute force that a careful user of numpy or PyTorch would write: for every threshold quantize all values and
# take the mean squared error. A sixteenth of the 256 thresholds is timed and scaled up. Prints "NAME MS" lines.
import sys
import time

import numpy as np
import torch

n, thresholds, timed = 1 << int(sys.argv[1]), 256, 16
x = np.random.default_rng(1).standard_normal(n, dtype=np.float32)
y, e = np.empty_like(x), np.empty_like(x)
tx, ty = torch.from_numpy(x), torch.empty(n)
torch.set_num_threads(2)
amax = float(np.abs(x).max())


def with_numpy(s, q):
    np.divide(x, np.float32(s), out=y)
    np.rint(y, out=y)
    np.clip(y, -q, q, out=y)
    np.multiply(y, np.float32(s), out=y)
    np.subtract(x, y, out=e)
    return float(np.dot(e, e)) / n


def with_torch(s, q):
    torch.mul(tx, 1 / s, out=ty)
    ty.round_().clamp_(-q, q).mul_(s).sub_(tx)
    return float(torch.dot(ty, ty)) / n


for bits in (4, 8):
    q = 2 ** (bits - 1) - 1
    for name, mse in (("numpy", with_numpy), ("torch", with_torch)):
        mse(amax / q, q)
        start = time.perf_counter()
        for i in range(1, timed + 1):
            mse(amax * i / timed / q, q)
        print(f"{name}_int{bits} {(time.perf_counter() - start) * 1000 * thresholds / timed:.3f}")
