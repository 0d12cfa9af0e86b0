"""Times single transformer layers on an NVIDIA GPU, operator by operator and whole, and what lookup tables cost there.

Two questions. How well does kernels/lut-core/system predict a real GPU with multiply-add tensor cores? And what does it
cost to build the tables of LUT Tensor Core as a kernel of its own, naively or well, or fused into the operator before
(the paper's table 4)? No GPU has LUT tensor cores: what would read the tables is not run.

    python3 bench/gpu/layers.py OUT.json        needs PyTorch and Triton; about two minutes on an H100

Every time is the median of replays of a CUDA graph, in milliseconds. Weights rotate through copies larger than L2.
"""

import json
import statistics
import sys

import torch
import torch.nn.functional as F
import triton
import triton.language as tl

DEVICE = "cuda"
K = 4  # activations a table
L2 = 128 << 20  # more than any L2: what must not stay there rotates through this much

# hidden, ffn, heads, kv heads, gated
MODELS = {
    "bitnet-3b": (3200, 8640, 32, 32, True),
    "opt-175b": (12288, 49152, 96, 96, False),
    "bloom-176b": (14336, 57344, 112, 112, False),
    "llama2-70b": (8192, 28672, 64, 8, True),
}
# model, batch, sequence: those of the paper's tables 1 and 4
CASES = [
    ("bitnet-3b", 1, 2048),
    ("bitnet-3b", 1024, 1),
    ("opt-175b", 1, 2048),
    ("opt-175b", 1024, 1),
    ("bloom-176b", 1, 4096),
    ("bloom-176b", 1024, 1),
    ("llama2-70b", 1, 4096),
    ("llama2-70b", 1024, 1),
]


@triton.jit
def signs(j, i):
    """Sign of column j in entry i of a symmetric table: the last column counts as -x."""
    return tl.where((j < 3) & (((i >> j) & 1) == 1), 1.0, -1.0)


@triton.jit
def write_tables(x, tables, shifts, group, mask, BLOCK: tl.constexpr):
    """x (BLOCK, 4) float32 → 8 int8 entries and one power of two for each four."""
    i = tl.arange(0, 8)[None, :, None]
    j = tl.arange(0, 4)[None, None, :]
    entries = tl.sum(x[:, None, :] * signs(j, i), axis=2)
    largest = tl.max(tl.abs(entries), axis=1)
    shift = tl.ceil(tl.log2(tl.maximum(largest, 1e-20) / 127.0))
    rounded = tl.floor(entries * tl.exp2(-shift)[:, None] + 0.5)
    at = group[:, None] * 8 + tl.arange(0, 8)[None, :]
    tl.store(tables + at, rounded.to(tl.int8), mask=mask[:, None])
    tl.store(shifts + group, shift.to(tl.int8), mask=mask)


@triton.jit
def tables_kernel(x, tables, shifts, groups, BLOCK: tl.constexpr):
    """A kernel of its own: reads activations once, writes tables."""
    group = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = group < groups
    at = group[:, None] * 4 + tl.arange(0, 4)[None, :]
    v = tl.load(x + at, mask=mask[:, None], other=0.0).to(tl.float32)
    write_tables(v, tables, shifts, group, mask, BLOCK)


@triton.jit
def naive_kernel(x, tables, entries, PER: tl.constexpr, BLOCK: tl.constexpr):
    """Naive: every entry gathers its four activations by itself and stays a half; PER entries a table."""
    e = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = e < entries
    group = e // PER
    i = e % PER
    total = tl.zeros((BLOCK,), tl.float32)
    for j in tl.static_range(4):
        v = tl.load(x + group * 4 + j, mask=mask, other=0.0).to(tl.float32)
        total += tl.where(((i >> j) & 1) == 1, v, -v)
    tl.store(tables + e, total.to(tl.float16), mask=mask)


@triton.jit
def norm_kernel(x, w, y, tables, shifts, width, TABLES: tl.constexpr, BLOCK: tl.constexpr):
    """RMSNorm of a row; gives the row, or its tables."""
    row = tl.program_id(0).to(tl.int64)
    square = tl.zeros((BLOCK, 4), tl.float32)
    lane = tl.arange(0, BLOCK)[:, None] * 4 + tl.arange(0, 4)[None, :]
    for start in range(0, width, BLOCK * 4):
        c = start + lane
        v = tl.load(x + row * width + c, mask=c < width, other=0.0).to(tl.float32)
        square += v * v
    scale = 1.0 / tl.sqrt(tl.sum(square) / width + 1e-5)
    for start in range(0, width, BLOCK * 4):
        c = start + lane
        inside = c < width
        v = tl.load(x + row * width + c, mask=inside, other=0.0).to(tl.float32)
        v = v * scale * tl.load(w + c, mask=inside, other=0.0).to(tl.float32)
        if TABLES:
            inner = start // 4 + tl.arange(0, BLOCK)
            write_tables(v, tables, shifts, row * (width // 4) + inner, inner < width // 4, BLOCK)
        else:
            tl.store(y + row * width + c, v.to(tl.float16), mask=inside)


@triton.jit
def gate_kernel(g, u, y, tables, shifts, groups, GATED: tl.constexpr, TABLES: tl.constexpr, BLOCK: tl.constexpr):
    """silu(gate) · up, or relu of one input; gives activations, or their tables."""
    group = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = group < groups
    at = group[:, None] * 4 + tl.arange(0, 4)[None, :]
    v = tl.load(g + at, mask=mask[:, None], other=0.0).to(tl.float32)
    if GATED:
        v = v / (1.0 + tl.exp(-v)) * tl.load(u + at, mask=mask[:, None], other=0.0).to(tl.float32)
    else:
        v = tl.maximum(v, 0.0)
    if TABLES:
        write_tables(v, tables, shifts, group, mask, BLOCK)
    else:
        tl.store(y + at, v.to(tl.float16), mask=mask[:, None])


def time_ms(calls, least=20.0):
    """Median time of one call: `calls` stand in one graph, which is replayed for `least` ms at least."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for call in calls:
            call()
    stream.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for call in calls:
            call()
    times = []
    graph.replay()
    torch.cuda.synchronize()
    while len(times) < 7 or sum(times) < least:
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        graph.replay()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end))
        if len(times) >= 400:
            break
    return statistics.median(times) / len(calls)


def half(*shape):
    return torch.empty(*shape, device=DEVICE, dtype=torch.float16).normal_(0, 0.5)


def copies(make, size):
    """Enough of them that they do not fit in L2 together, eight at most."""
    return [make() for _ in range(max(1, min(8, -(-L2 // size))))]


def gemm(kind, tokens, rows, cols):
    if kind == "fp16":
        x = half(tokens, cols)
        ws = copies(lambda: half(rows, cols), rows * cols * 2)
        return [lambda w=w: torch.mm(x, w.t()) for w in ws]
    if kind == "int8":
        x = torch.randint(-127, 128, (tokens, cols), device=DEVICE, dtype=torch.int8)
        ws = copies(lambda: torch.randint(-1, 2, (rows, cols), device=DEVICE, dtype=torch.int8), rows * cols)
        return [lambda w=w: torch._int_mm(x, w.t()) for w in ws]
    x = half(tokens, cols).to(torch.float8_e4m3fn)
    ws = copies(lambda: half(rows, cols).to(torch.float8_e4m3fn), rows * cols)
    one = torch.ones((), device=DEVICE)
    return [lambda w=w: torch._scaled_mm(x, w.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16) for w in ws]


def blocks(n, size):
    return (triton.cdiv(n, size),)


def layer(model, batch, seq):
    hidden, ffn, heads, kv_heads, gated = MODELS[model]
    tokens, dim = batch * seq, hidden // heads
    kv = kv_heads * dim
    linears = [("qkv", hidden + 2 * kv, hidden), ("o", hidden, hidden)]
    linears += [("gate_up", 2 * ffn, hidden)] if gated else [("up", ffn, hidden)]
    linears += [("down", hidden, ffn)]
    ops = []

    for name, rows, cols in linears:
        for kind in ("fp16", "int8", "fp8"):
            try:
                ms = time_ms(gemm(kind, tokens, rows, cols))
            except Exception as problem:  # a kind that this PyTorch does not have for the shape
                print(model, name, kind, type(problem).__name__, str(problem)[:120], file=sys.stderr)
                continue
            ops.append(dict(op="linear", name=name, kind=kind, tokens=tokens, rows=rows, cols=cols, ms=ms))
        torch.cuda.empty_cache()

    q, k, v = half(batch, heads, seq, dim), half(batch, kv_heads, seq, dim), half(batch, kv_heads, seq, dim)
    attend = lambda: F.scaled_dot_product_attention(q, k, v, is_causal=seq > 1, enable_gqa=kv_heads != heads)
    ops.append(dict(op="attention", name="attention", tokens=tokens, heads=heads, kvHeads=kv_heads, headDim=dim, batch=batch, seq=seq, ms=time_ms([attend])))

    x, y, w = half(tokens, hidden), half(tokens, hidden), half(hidden)
    wide, wide2, wide_out = half(tokens, ffn), half(tokens, ffn), half(tokens, ffn)
    tables = torch.empty(tokens * ffn * 4, device=DEVICE, dtype=torch.float16)  # 16 halves for each four
    bytes_, shifts = tables.view(torch.int8), torch.empty(tokens * ffn // K, device=DEVICE, dtype=torch.int8)
    NB, GB = 256, 256

    def norm(build):
        norm_kernel[(tokens,)](x, w, y, bytes_, shifts, hidden, build, NB)

    def gate(build):
        gate_kernel[blocks(tokens * ffn // K, GB)](wide, wide2, wide_out, bytes_, shifts, tokens * ffn // K, gated, build, GB)

    def separate(source, width):
        tables_kernel[blocks(tokens * width // K, GB)](source, bytes_, shifts, tokens * width // K, GB)

    def naive(source, width, per):
        naive_kernel[blocks(tokens * width // K * per, 1024)](source, tables, tokens * width // K * per, per, 1024)

    ops.append(dict(op="norm", name="norm", tokens=tokens, width=hidden, ms=time_ms([lambda: norm(False)])))
    ops.append(dict(op="gate", name="gate", tokens=tokens, width=ffn, gated=gated, ms=time_ms([lambda: gate(False)])))
    ops.append(dict(op="add", name="add", tokens=tokens, width=hidden, ms=time_ms([lambda: torch.add(x, y, out=y)])))
    sites = {}
    for name, width, source in (("hidden", hidden, x), ("ffn", ffn, wide)):
        sites[name] = dict(
            width=width,
            separate=time_ms([lambda: separate(source, width)]),
            naive8=time_ms([lambda: naive(source, width, 8)]),
            naive16=time_ms([lambda: naive(source, width, 16)]),
        )
    sites["normFused"] = time_ms([lambda: norm(True)])
    sites["gateFused"] = time_ms([lambda: gate(True)])

    # The whole layer, half precision, in one graph.
    weights = [half(rows, cols) for _, rows, cols in linears]
    def whole():
        norm(False)
        torch.mm(y, weights[0].t())
        attend()
        torch.add(torch.mm(x, weights[1].t()), y, out=y)
        norm(False)
        torch.mm(y, weights[2].t())
        gate(False)
        torch.add(torch.mm(wide_out, weights[3].t()), y, out=y)
    total = time_ms([whole], 60.0)
    del weights
    torch.cuda.empty_cache()
    by = {(o["name"], o.get("kind")): o["ms"] for o in ops}
    base = dict(norm=by[("norm", None)], gate=by[("gate", None)])
    hs, fs = sites["hidden"], sites["ffn"]
    # Sites of a layer: norm → qkv, attention → o, norm → up, gate → down. Attention's kernel is PyTorch's own, so its
    # tables are built by the separate kernel also where the others are fused.
    per_linear = 3 + 1 + (2 if gated else 1)  # q, k and v each, o, gate and up each
    overhead = dict(
        naive8PerLinear=hs["naive8"] * per_linear + fs["naive8"],
        naive8=hs["naive8"] * 3 + fs["naive8"],
        naive16PerLinear=hs["naive16"] * per_linear + fs["naive16"],
        naive16=hs["naive16"] * 3 + fs["naive16"],
        separate=hs["separate"] * 3 + fs["separate"],
        fused=2 * (sites["normFused"] - base["norm"]) + hs["separate"] + sites["gateFused"] - base["gate"],
    )
    return dict(model=model, batch=batch, seq=seq, layerMs=total, ops=ops, sites=sites, overheadMs=overhead)


def check_tables():
    """The three ways to build tables against a plain sum; a wrong kernel must not be timed."""
    x = half(8, 64)
    sign = torch.tensor([[1.0 if j < 3 and i >> j & 1 else -1.0 for j in range(4)] for i in range(8)], device=DEVICE)
    want = x.float().view(-1, 4) @ sign.t()
    tables, shifts = torch.empty(128, 8, device=DEVICE, dtype=torch.int8), torch.empty(128, device=DEVICE, dtype=torch.int8)
    tables_kernel[(1,)](x, tables, shifts, 128, 256)
    unit = torch.exp2(shifts.float())[:, None]
    assert ((tables.float() * unit - want).abs() <= unit * 0.501).all(), "separate"
    w = torch.ones(64, device=DEVICE, dtype=torch.float16)
    norm_kernel[(8,)](x, w, x, tables, shifts, 64, True, 256)
    scale = torch.rsqrt(x.float().pow(2).mean(1) + 1e-5).repeat_interleave(16)[:, None]
    unit = torch.exp2(shifts.float())[:, None]
    assert ((tables.float() * unit - want * scale).abs() <= unit * 0.51).all(), "fused"
    halves = torch.empty(128, 16, device=DEVICE, dtype=torch.float16)
    naive_kernel[(2,)](x, halves, 2048, 16, 1024)
    all_signs = torch.tensor([[1.0 if i >> j & 1 else -1.0 for j in range(4)] for i in range(16)], device=DEVICE)
    assert torch.allclose(halves.float(), x.float().view(-1, 4) @ all_signs.t(), atol=4e-3), "naive"


def main():
    torch.manual_seed(1)
    check_tables()
    properties = torch.cuda.get_device_properties(0)
    big = torch.empty(1 << 28, device=DEVICE, dtype=torch.float32)
    other = torch.empty_like(big)
    copy = 2 * big.numel() * 4 / (time_ms([lambda: other.copy_(big)]) * 1e-3)
    read = big.numel() * 4 / (time_ms([lambda: torch.sum(big)]) * 1e-3)
    del big, other
    peak = {}
    for kind, size in (("fp16", 8192), ("int8", 8192), ("fp8", 8192)):
        peak[kind] = 2 * size**3 / (time_ms(gemm(kind, size, size, size)[:1], 100) * 1e-3)
    torch.cuda.empty_cache()
    result = dict(
        gpu=properties.name,
        multiprocessors=properties.multi_processor_count,
        torch=torch.__version__,
        triton=triton.__version__,
        copyBytesPerSecond=copy,
        readBytesPerSecond=read,
        gemm8192=peak,
        cases=[],
    )
    for case in CASES:
        torch.cuda.empty_cache()
        result["cases"].append(layer(*case))
        last = result["cases"][-1]
        print(case, "layer %.3f ms" % last["layerMs"], {n: "%.1f%%" % (100 * o / last["layerMs"]) for n, o in last["overheadMs"].items()}, flush=True)
        json.dump(result, open(sys.argv[1], "w"), indent=1)


main()
