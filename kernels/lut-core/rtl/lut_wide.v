// The wide accumulator of a LUT element: any bit planes of any groups, through a shifter.
//
// At the rising edge of clk, with enable: sum <- (first ? 0 : sum) + ((term + carry) << (plane + shift)), modulo 2^ACC_BIT.
// term: signed, LUT_BIT bits; carry is 0 or 1. `shift` counts where SHIFT_BIT > 0. sum is valid after the edge.
module lut_wide #(
    parameter LUT_BIT = 8,
    parameter W_BIT = 2,
    parameter ACC_BIT = 32,
    parameter SHIFT_BIT = 0
) (
    input clk,
    input enable,
    input first,
    input [(W_BIT > 1 ? $clog2(W_BIT) : 1) - 1:0] plane,
    input [(SHIFT_BIT > 0 ? SHIFT_BIT : 1) - 1:0] shift,
    input [LUT_BIT - 1:0] term,
    input carry,
    output reg [ACC_BIT - 1:0] sum
);
    localparam FULL = ACC_BIT > LUT_BIT ? ACC_BIT : LUT_BIT + 1;
    localparam FAR = W_BIT - 1 + (SHIFT_BIT > 0 ? (1 << SHIFT_BIT) - 1 : 0);
    localparam BELOW = FAR > 0 ? FAR : 1;
    localparam AMOUNT_BIT = $clog2(BELOW + 1);

    wire [AMOUNT_BIT - 1:0] amount;
    generate
        if (SHIFT_BIT > 0 && W_BIT > 1) begin : both
            assign amount = {{AMOUNT_BIT - $clog2(W_BIT){1'b0}}, plane} + {{AMOUNT_BIT - SHIFT_BIT{1'b0}}, shift};
        end else if (SHIFT_BIT > 0) begin : only_shift
            assign amount = shift;
            wire unused = &{1'b0, plane};
        end else if (W_BIT > 1) begin : only_plane
            assign amount = plane;
            wire unused = &{1'b0, shift};
        end else begin : none
            assign amount = 1'b0;
            wire unused = &{1'b0, plane, shift};
        end
    endgenerate

    // Bits below the term are what the carry ripples through, so that (term + carry) << amount needs no adder of its own.
    wire [FULL + BELOW - 1:0] filled = {{FULL - LUT_BIT{term[LUT_BIT - 1]}}, term, {BELOW{carry}}};
    wire [FULL + BELOW - 1:0] moved = filled << amount;
    wire [ACC_BIT - 1:0] old = first ? {ACC_BIT{1'b0}} : sum;
    wire [ACC_BIT:0] next = {old, 1'b1} + {moved[BELOW + ACC_BIT - 1:BELOW], carry};
    wire unused_bits = &{1'b0, next[0], moved};

    always @(posedge clk) if (enable) sum <= next[ACC_BIT:1];
endmodule
