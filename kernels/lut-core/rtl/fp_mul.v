// Multiplies two floats of 1 sign, EXP exponent and MAN fraction bits into a wider one that holds every product exactly
// (halves into FP32); combinational, nothing is rounded. Finite numbers only; subnormals count as zero.
// Needs OUT_MAN > 2 * MAN + 1 and OUT_EXP > EXP + 1.
module fp_mul #(
    parameter EXP = 5,
    parameter MAN = 10,
    parameter OUT_EXP = 8,
    parameter OUT_MAN = 23
) (
    input [EXP + MAN:0] a,
    input [EXP + MAN:0] b,
    output [OUT_EXP + OUT_MAN:0] product
);
    localparam [OUT_EXP - 1:0] BIAS = (1 << (OUT_EXP - 1)) - 1 - 2 * ((1 << (EXP - 1)) - 1);

    wire [EXP - 1:0] ea = a[EXP + MAN - 1:MAN];
    wire [EXP - 1:0] eb = b[EXP + MAN - 1:MAN];
    wire [2 * MAN + 1:0] digits = {{MAN + 1{1'b0}}, 1'b1, a[MAN - 1:0]} * {{MAN + 1{1'b0}}, 1'b1, b[MAN - 1:0]};
    wire carry = digits[2 * MAN + 1];
    wire [2 * MAN:0] fraction = carry ? digits[2 * MAN:0] : {digits[2 * MAN - 1:0], 1'b0};
    wire [OUT_EXP - 1:0] exponent =
        {{OUT_EXP - EXP{1'b0}}, ea} + {{OUT_EXP - EXP{1'b0}}, eb} + BIAS + {{OUT_EXP - 1{1'b0}}, carry};

    assign product = ea == 0 || eb == 0 ? {OUT_EXP + OUT_MAN + 1{1'b0}}
        : {a[EXP + MAN] ^ b[EXP + MAN], exponent, fraction, {OUT_MAN - 2 * MAN - 1{1'b0}}};
endmodule
