// A LUT element for floating tables: looks up a half, turns its sign, multiplies it by 2^plane in its exponent and adds it
// to a sum of EXP and MAN bits (8 and 23: float32). One bit plane of K weights a cycle, any order; tables are symmetric.
//
// entries  2^(K-1) halves, entry i at bit 16 * i: normal or zero (subnormal halves count as zero), finite.
// index    K weight bits with negation eliminated: bit K-1 turns the sign, the others are the index.
// At the rising edge of clk, with enable: sum <- (first ? 0 : sum) + (entry << plane), nearest even; subnormal sums become
// zero; sums do not overflow for finite halves.
module lut_float #(
    parameter K = 4,
    parameter W_BIT = 2,
    parameter EXP = 8,
    parameter MAN = 23
) (
    input clk,
    input enable,
    input first,
    input [(W_BIT > 1 ? $clog2(W_BIT) : 1) - 1:0] plane,
    input [(1 << (K - 1)) * 16 - 1:0] entries,
    input [K - 1:0] index,
    output reg [EXP + MAN:0] sum
);
    localparam P = W_BIT > 1 ? $clog2(W_BIT) : 1;
    localparam REBIAS = (1 << (EXP - 1)) - 16;

    wire [15:0] slots [0:(1 << (K - 1)) - 1];
    genvar i;
    generate
        for (i = 0; i < 1 << (K - 1); i = i + 1) begin : rows
            assign slots[i] = entries[i * 16 +: 16];
        end
    endgenerate
    wire [15:0] entry = slots[index[K - 2:0]];
    wire zero = entry[14:10] == 5'd0;

    wire [EXP - 1:0] weight = W_BIT > 1 ? {{EXP - P{1'b0}}, plane} : {EXP{1'b0}};
    wire [EXP - 1:0] moved = {{EXP - 5{1'b0}}, entry[14:10]} + REBIAS[EXP - 1:0] + weight;
    wire [EXP + MAN:0] term = {
        entry[15] ^ index[K - 1],
        zero ? {EXP + MAN{1'b0}} : {moved, entry[9:0], {MAN - 10{1'b0}}}
    };

    wire [EXP + MAN:0] next;
    fp_add #(.EXP(EXP), .MAN(MAN)) adder (
        .a(first ? {EXP + MAN + 1{1'b0}} : sum), .b(term), .sum(next)
    );
    always @(posedge clk) if (enable) sum <= next;
endmodule
