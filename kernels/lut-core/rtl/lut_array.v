// The LUT array: M tables, N rows of weights, M * N elements (./lut_pe.v). Each table is broadcast to N elements, each row's
// weight bits to M. One line of weights, that is one bit plane of N * K weights, a cycle.
//
// load, operands, shifts_in   at the rising edge of clk, with load: takes the M tables of a group of K columns (table m
//             at bit m * ENTRIES * LUT_BIT, entries as in ./lut_pe.v) or, with PRECOMPUTE, M * K activations (column j of
//             token m at bit (m * K + j) * A_BIT), whose tables ./lut_build.v builds on the way into the registers; and
//             the tables' shifts (SHIFT_BIT > 0; token m at bit m * SHIFT_BIT).
//             DOUBLE 0: the tables serve from the next cycle. DOUBLE 1: they wait in a second set of registers, and serve
//             from the cycle after one with `swap`. A load in the cycle of a swap is for the swap after it.
// enable, first, plane, line  as in ./lut_pe.v, for all elements; row n's index at bit n * K.
// sums        after the edge; element (m, n) at bit (m * N + n) * SUM_BIT, SUM_BIT = WIDE ? ACC_BIT : LUT_BIT + W_BIT.
// shifts      of the tables that serve now.
//
// The ideas of LUT Tensor Core (ISCA 2025), each a switch: SYMMETRIC half tables (needs REINTERPRET: bits mean -1 and +1),
// NEGATE_INDEX 0 negation circuit eliminated, PRECOMPUTE 0 tables made once, outside. With SYMMETRIC 0, REINTERPRET 0 or 1,
// PRECOMPUTE 1 it is an array like UNPU's.
module lut_array #(
    parameter M = 2,
    parameter N = 64,
    parameter K = 4,
    parameter LUT_BIT = 8,
    parameter W_BIT = 2,
    parameter ACC_BIT = 32,
    parameter A_BIT = 8,
    parameter SHIFT_BIT = 0,
    parameter SYMMETRIC = 1,
    parameter NEGATE_INDEX = 0,
    parameter PRECOMPUTE = 0,
    parameter REINTERPRET = 1,
    parameter DOUBLE = 0,
    parameter WIDE = 0
) (
    input clk,
    input load,
    input [M * (PRECOMPUTE != 0 ? K * A_BIT : (1 << (SYMMETRIC != 0 ? K - 1 : K)) * LUT_BIT) - 1:0] operands,
    input [M * (SHIFT_BIT > 0 ? SHIFT_BIT : 1) - 1:0] shifts_in,
    input swap,
    input enable,
    input first,
    input [(W_BIT > 1 ? $clog2(W_BIT) : 1) - 1:0] plane,
    input [N * K - 1:0] line,
    output [M * N * (WIDE != 0 ? ACC_BIT : LUT_BIT + W_BIT) - 1:0] sums,
    output [M * (SHIFT_BIT > 0 ? SHIFT_BIT : 1) - 1:0] shifts
);
    localparam TABLE_BIT = (1 << (SYMMETRIC != 0 ? K - 1 : K)) * LUT_BIT;
    localparam SUM_BIT = WIDE != 0 ? ACC_BIT : LUT_BIT + W_BIT;
    localparam S = SHIFT_BIT > 0 ? SHIFT_BIT : 1;

    genvar m, n;
    generate
        for (m = 0; m < M; m = m + 1) begin : tokens
            wire [TABLE_BIT - 1:0] arriving;
            wire [TABLE_BIT - 1:0] entries;
            wire [S - 1:0] shift;
            if (PRECOMPUTE != 0) begin : precompute
                lut_build #(
                    .K(K), .A_BIT(A_BIT), .LUT_BIT(LUT_BIT), .SYMMETRIC(SYMMETRIC), .REINTERPRET(REINTERPRET)
                ) build (
                    .x(operands[m * K * A_BIT +: K * A_BIT]), .entries(arriving)
                );
            end else begin : ready
                assign arriving = operands[m * TABLE_BIT +: TABLE_BIT];
            end

            lut_registers #(.BITS(TABLE_BIT), .DOUBLE(DOUBLE)) registers (
                .clk(clk), .load(load), .swap(swap), .next(arriving), .now(entries)
            );
            if (SHIFT_BIT > 0) begin : shifted
                lut_registers #(.BITS(S), .DOUBLE(DOUBLE)) registers (
                    .clk(clk), .load(load), .swap(swap), .next(shifts_in[m * S +: S]), .now(shift)
                );
            end else begin : unshifted
                assign shift = 1'b0;
                wire unused = &{1'b0, shifts_in[m]};
            end
            assign shifts[m * S +: S] = shift;

            for (n = 0; n < N; n = n + 1) begin : rows
                lut_pe #(
                    .K(K), .LUT_BIT(LUT_BIT), .W_BIT(W_BIT), .ACC_BIT(ACC_BIT), .SHIFT_BIT(SHIFT_BIT),
                    .SYMMETRIC(SYMMETRIC), .NEGATE_INDEX(NEGATE_INDEX), .WIDE(WIDE)
                ) pe (
                    .clk(clk), .enable(enable), .first(first), .plane(plane), .shift(shift),
                    .entries(entries), .index(line[n * K +: K]), .sum(sums[(m * N + n) * SUM_BIT +: SUM_BIT])
                );
            end
        end
    endgenerate
endmodule
