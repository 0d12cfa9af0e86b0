// The LUT core, verilated, as a device on a pipe: speaks the protocol of docs/lut-core-rtl.md on standard input and output.
// parameters.h, which ../build.ts writes, has those of ../lut_core.v. ./device.v is the same for iverilog;
// both take the same number of clock cycles.
#include "Vlut_core.h"
#include "bits.h"
#include "parameters.h"
#include "verilated.h"
#include "wire.h"

namespace {

constexpr unsigned items = M * (PRECOMPUTE ? K : 1 << (SYMMETRIC ? K - 1 : K));
constexpr unsigned item_bits = PRECOMPUTE ? A_BIT : LUT_BIT;
constexpr unsigned item_bytes = item_bits <= 8 ? 1 : item_bits <= 16 ? 2 : 4;
constexpr unsigned shift_bytes = SHIFT_BIT > 0 ? M : 0;
constexpr unsigned line_bytes = (N * K + 7) / 8;
constexpr uint8_t version = 1;

Vlut_core core;
uint32_t cycles;

// One clock cycle; inputs change while clk is low.
void tick() {
    core.eval();
    core.clk = 1;
    core.eval();
    core.clk = 0;
    core.load = core.swap = core.clear = core.enable = core.last = 0;
    cycles++;
}

void put_operands(const uint8_t* bytes) {
    for (unsigned i = 0; i < items; i++, bytes += item_bytes) {
        uint32_t value = 0;
        for (unsigned b = 0; b < item_bytes; b++) value |= uint32_t{bytes[b]} << 8 * b;
        put(core.operands, i * item_bits, item_bits, value);
    }
    for (unsigned m = 0; m < shift_bytes; m++) put(core.shifts_in, m * SHIFT_BIT, SHIFT_BIT, bytes[m]);
}

void put_line(const uint8_t* bytes) {
    for (unsigned at = 0; at < N * K; at += 8) put(core.line, at, N * K - at < 8 ? N * K - at : 8, bytes[at / 8]);
}

// The lines of a group. With `loading`, what stands at the operands' port is loaded beside the first of them, or before
// the only one, since it has to wait in its registers before the swap.
void run_lines(const uint8_t* lines, unsigned planes, bool loading) {
    if (loading && planes == 1) {
        core.load = 1;
        tick();
    }
    for (unsigned p = 0; p < planes; p++, lines += line_bytes) {
        core.load = loading && p == 0 && planes != 1;
        core.enable = 1;
        core.plane = p;
        core.last = p == planes - 1;
        core.swap = loading && core.last;
        put_line(lines);
        tick();
    }
}

void run_groups(const uint8_t* group, unsigned groups, unsigned planes) {
    const unsigned before_lines = items * item_bytes + shift_bytes;
    const unsigned bytes = before_lines + planes * line_bytes;
    for (unsigned g = 0; g < groups; g++, group += bytes) {
        put_operands(group);
        if (!DOUBLE || g == 0) {
            core.load = 1;
            tick();
            core.swap = DOUBLE;
            if (DOUBLE) tick();
        } else {
            run_lines(group - bytes + before_lines, planes, true);
        }
        if (!DOUBLE || g == groups - 1) run_lines(group + before_lines, planes, false);
    }
    tick();
    tick();
}

void run(const Frame& frame) {
    const std::vector<uint8_t>& in = frame.payload;
    if (in.size() < 4) return refuse(frame.number, "wrong run");
    const unsigned planes = in[0], flags = in[1], groups = in[2] | in[3] << 8;
    const std::size_t expected = 4 + std::size_t{groups} * (items * item_bytes + shift_bytes + planes * line_bytes);
    if (in.size() != expected || planes == 0 || planes > W_BIT || groups == 0) return refuse(frame.number, "wrong run");
    cycles = 0;
    if (flags & 1) {
        core.clear = 1;
        tick();
    }
    run_groups(in.data() + 4, groups, planes);
    std::vector<uint8_t> out;
    append(out, cycles);
    if (flags & 2)
        for (unsigned i = 0; i < M * N; i++) {
            const uint32_t sum = take(core.accumulators, i * ACC_BIT, ACC_BIT);
            const uint32_t sign = uint32_t{1} << (ACC_BIT - 1);
            append(out, (sum ^ sign) - sign);
        }
    send(run_kind | answered, frame.number, out);
}

void hello(const Frame& frame) {
    const unsigned flags = 128 | WIDE << 5 | DOUBLE << 4 | REINTERPRET << 3 | PRECOMPUTE << 2 | NEGATE_INDEX << 1 | SYMMETRIC;
    std::vector<uint8_t> out;
    append(out, version | flags << 8 | unsigned{M} << 16);
    append(out, N | K << 16 | unsigned{LUT_BIT} << 24);
    append(out, W_BIT | ACC_BIT << 8 | A_BIT << 16 | unsigned{SHIFT_BIT} << 24);
    append(out, max_payload);
    for (const char c : std::string("verilator   ")) out.push_back(static_cast<uint8_t>(c));
    send(hello_kind | answered, frame.number, out);
}

}  // namespace

int main() {
    core.clk = 0;
    for (;;) {
        const Frame frame = receive();
        if (frame.kind == hello_kind && frame.payload.empty()) hello(frame);
        else if (frame.kind == run_kind) run(frame);
        else refuse(frame.number, "unknown request");
    }
}
