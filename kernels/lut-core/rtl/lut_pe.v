// A LUT processing element: looks up one sum of K activations in a table that all elements of a column share, turns its
// sign, weighs it by its bit plane and adds it up. One bit plane of K weights a cycle.
//
// entries  the table, entry i at bit i * LUT_BIT, signed. 2^K entries, or 2^(K-1) where SYMMETRIC: those whose highest
//          index bit is clear; the others are the same with their sign turned.
// index    K weight bits. SYMMETRIC: bit K-1 turns the sign; bits 0 .. K-2 are the index, inverted here where bit K-1 is
//          set (NEGATE_INDEX 1), or stored so by whoever packed the weights (0, negation elimination).
// enable   at the rising edge of clk the element takes `index`; else it keeps its sum.
// first    with enable: a new sum begins, the old one is forgotten. There is no reset.
// plane    WIDE only: bit plane of the index, 0 lowest. `shift`: WIDE only, SHIFT_BIT > 0: added to plane.
// sum      valid after the edge, signed.
//
// WIDE 0: planes come lowest first and `first` marks plane 0. The sum moves right by a bit for every plane, so the adder
//         has LUT_BIT + 1 bits, the register LUT_BIT + W_BIT, and there is no shifter. After p planes the sum of one group
//         of K columns is sum >>> (W_BIT - p). Adding up groups is left to ./lut_accumulate.v, outside the array.
// WIDE 1: sum (ACC_BIT, wraps) += entry << (plane + shift), over planes and groups in any order.
module lut_pe #(
    parameter K = 4,
    parameter LUT_BIT = 8,
    parameter W_BIT = 2,
    parameter ACC_BIT = 32,
    parameter SHIFT_BIT = 0,
    parameter SYMMETRIC = 1,
    parameter NEGATE_INDEX = 0,
    parameter WIDE = 0
) (
    input clk,
    input enable,
    input first,
    input [(W_BIT > 1 ? $clog2(W_BIT) : 1) - 1:0] plane,
    input [(SHIFT_BIT > 0 ? SHIFT_BIT : 1) - 1:0] shift,
    input [(1 << (SYMMETRIC != 0 ? K - 1 : K)) * LUT_BIT - 1:0] entries,
    input [K - 1:0] index,
    output [(WIDE != 0 ? ACC_BIT : LUT_BIT + W_BIT) - 1:0] sum
);
    /*verilator no_inline_module*/  // compiled once, not for each of M * N
    localparam LOOKUP_BIT = SYMMETRIC != 0 ? K - 1 : K;
    localparam ENTRIES = 1 << LOOKUP_BIT;

    wire negative = SYMMETRIC != 0 ? index[K - 1] : 1'b0;
    wire [LOOKUP_BIT - 1:0] lookup = index[LOOKUP_BIT - 1:0] ^ {LOOKUP_BIT{NEGATE_INDEX != 0 ? negative : 1'b0}};

    wire [LUT_BIT - 1:0] slots [0:ENTRIES - 1];
    genvar i;
    generate
        for (i = 0; i < ENTRIES; i = i + 1) begin : rows
            assign slots[i] = entries[i * LUT_BIT +: LUT_BIT];
        end
    endgenerate

    // -e is ~e + 1: the bits turn here, the one is the adder's carry in.
    wire [LUT_BIT - 1:0] entry = slots[lookup];
    wire [LUT_BIT - 1:0] turned = entry ^ {LUT_BIT{negative}};
    generate
        if (WIDE != 0) begin : wide
            lut_wide #(
                .LUT_BIT(LUT_BIT), .W_BIT(W_BIT), .ACC_BIT(ACC_BIT), .SHIFT_BIT(SHIFT_BIT)
            ) accumulator (
                .clk(clk), .enable(enable), .first(first), .plane(plane), .shift(shift),
                .term(turned), .carry(negative), .sum(sum)
            );
        end else begin : serial
            lut_serial #(
                .LUT_BIT(LUT_BIT), .W_BIT(W_BIT)
            ) accumulator (
                .clk(clk), .enable(enable), .first(first), .term(turned), .carry(negative), .sum(sum)
            );
            wire unused = &{1'b0, plane, shift};
        end
    endgenerate
endmodule
