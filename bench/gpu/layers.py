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
def four(packed):
    """Four halves of a 64-bit word, as float32."""
    x0 = (packed & 0xFFFF).to(tl.int16).to(tl.float16, bitcast=True).to(tl.float32)
    x1 = ((packed >> 16) & 0xFFFF).to(tl.int16).to(tl.float16, bitcast=True).to(tl.float32)
    x2 = ((packed >> 32) & 0xFFFF).to(tl.int16).to(tl.float16, bitcast=True).to(tl.float32)
    x3 = ((packed >> 48) & 0xFFFF).to(tl.int16).to(tl.float16, bitcast=True).to(tl.float32)
    return x0, x1, x2, x3


@triton.jit
def word(x, at: tl.constexpr):
    return (x.to(tl.float16).to(tl.int16, bitcast=True).to(tl.int64) & 0xFFFF) << at


@triton.jit
def byte(entry, unit, at: tl.constexpr):
    return (tl.floor(entry * unit + 0.5).to(tl.int64) & 0xFF) << at


@triton.jit
def write_tables(x0, x1, x2, x3, tables, shifts, group, mask):
    """The 8 entries of a symmetric table (the last column counts as -x) as int8 in one 64-bit word, and their shift."""
    a, b = x0 + x1, x0 - x1
    c, d = x2 + x3, x2 - x3
    e0, e1, e2, e3 = -a - c, b - c, -b - c, a - c
    e4, e5, e6, e7 = d - a, d + b, d - b, d + a
    largest = tl.maximum(tl.abs(a), tl.abs(b)) + tl.maximum(tl.abs(c), tl.abs(d))
    shift = tl.ceil(tl.log2(tl.maximum(largest, 1e-20) * (1.0 / 127.0)))
    unit = tl.exp2(-shift)
    packed = byte(e0, unit, 0) | byte(e1, unit, 8) | byte(e2, unit, 16) | byte(e3, unit, 24)
    packed |= byte(e4, unit, 32) | byte(e5, unit, 40) | byte(e6, unit, 48) | byte(e7, unit, 56)
    tl.store(tables + group, packed, mask=mask)
    tl.store(shifts + group, shift.to(tl.int8), mask=mask)


@triton.jit
def tables_kernel(x, tables, shifts, groups, BLOCK: tl.constexpr):
    """A kernel of its own: reads activations once, writes tables."""
    group = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = group < groups
    x0, x1, x2, x3 = four(tl.load(x + group, mask=mask, other=0))
    write_tables(x0, x1, x2, x3, tables, shifts, group, mask)


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
def norm_kernel(x, w, y, tables, shifts, groups, TABLES: tl.constexpr, BLOCK: tl.constexpr):
    """RMSNorm of a row of `groups` fours; gives the row, or its tables."""
    row = tl.program_id(0).to(tl.int64) * groups
    square = tl.zeros((BLOCK,), tl.float32)
    for start in range(0, groups, BLOCK):
        g = start + tl.arange(0, BLOCK)
        x0, x1, x2, x3 = four(tl.load(x + row + g, mask=g < groups, other=0))
        square += x0 * x0 + x1 * x1 + x2 * x2 + x3 * x3
    scale = 1.0 / tl.sqrt(tl.sum(square) / (4 * groups) + 1e-5)
    for start in range(0, groups, BLOCK):
        g = start + tl.arange(0, BLOCK)
        mask = g < groups
        x0, x1, x2, x3 = four(tl.load(x + row + g, mask=mask, other=0))
        w0, w1, w2, w3 = four(tl.load(w + g, mask=mask, other=0))
        x0, x1, x2, x3 = x0 * scale * w0, x1 * scale * w1, x2 * scale * w2, x3 * scale * w3
        if TABLES:
            write_tables(x0, x1, x2, x3, tables, shifts, row + g, mask)
        else:
            tl.store(y + row + g, word(x0, 0) | word(x1, 16) | word(x2, 32) | word(x3, 48), mask=mask)


@triton.jit
def activate(g, u, GATED: tl.constexpr):
    return g / (1.0 + tl.exp(-g)) * u if GATED else tl.maximum(g, 0.0)


@triton.jit
def gate_kernel(g, u, y, tables, shifts, groups, GATED: tl.constexpr, TABLES: tl.constexpr, BLOCK: tl.constexpr):
    """silu(gate) · up, or relu of one input; gives activations, or their tables."""
    group = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = group < groups
    x0, x1, x2, x3 = four(tl.load(g + group, mask=mask, other=0))
    u0, u1, u2, u3 = x0, x1, x2, x3
    if GATED:
        u0, u1, u2, u3 = four(tl.load(u + group, mask=mask, other=0))
    x0, x1, x2, x3 = activate(x0, u0, GATED), activate(x1, u1, GATED), activate(x2, u2, GATED), activate(x3, u3, GATED)
    if TABLES:
        write_tables(x0, x1, x2, x3, tables, shifts, group, mask)
    else:
        tl.store(y + group, word(x0, 0) | word(x1, 16) | word(x2, 32) | word(x3, 48), mask=mask)


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


def words(x):
    """Halves as 64-bit words of four, for the kernels that go by groups of four."""
    return x.view(torch.int64)


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
    packed, shifts = words(tables), torch.empty(tokens * ffn // K, device=DEVICE, dtype=torch.int8)
    BLOCK = 512

    def norm(build):
        norm_kernel[(tokens,)](words(x), words(w), words(y), packed, shifts, hidden // K, build, BLOCK)

    def gate(build):
        groups = tokens * ffn // K
        gate_kernel[blocks(groups, BLOCK)](words(wide), words(wide2), words(wide_out), packed, shifts, groups, gated, build, BLOCK)

    def separate(source, width):
        groups = tokens * width // K
        tables_kernel[blocks(groups, BLOCK)](words(source), packed, shifts, groups, BLOCK)

    def naive(source, width, per):
        entries = tokens * width // K * per
        naive_kernel[blocks(entries, 1024)](source, tables, entries, per, 1024)

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


def short(value):
    """Numbers with five digits: more were not measured."""
    if isinstance(value, float):
        return float("%.5g" % value)
    if isinstance(value, list):
        return [short(each) for each in value]
    return {key: short(each) for key, each in value.items()} if isinstance(value, dict) else value


def check_tables():
    """The three ways to build tables against a plain sum; a wrong kernel must not be timed."""
    x = half(8, 64)
    sign = torch.tensor([[1.0 if j < 3 and i >> j & 1 else -1.0 for j in range(4)] for i in range(8)], device=DEVICE)
    want = x.float().view(-1, 4) @ sign.t()
    tables, shifts = torch.empty(128, 8, device=DEVICE, dtype=torch.int8), torch.empty(128, device=DEVICE, dtype=torch.int8)
    tables_kernel[(1,)](words(x), tables.view(torch.int64), shifts, 128, 256)
    unit = torch.exp2(shifts.float())[:, None]
    assert ((tables.float() * unit - want).abs() <= unit * 0.501).all(), "separate"
    w = torch.ones(64, device=DEVICE, dtype=torch.float16)
    norm_kernel[(8,)](words(x), words(w), words(x), tables.view(torch.int64), shifts, 16, True, 256)
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
        json.dump(short(result), open(sys.argv[1], "w"), indent=1)


main()
