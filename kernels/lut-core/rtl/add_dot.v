// A bit-serial dot product by adders alone: K activations, each taken or not by a bit of its weight, in one adder tree; bit
// planes of the weights follow one another.
//
// At the rising edge of clk, with enable: planes come lowest first, `first` marks plane 0, and the sum moves right by a bit
// for every plane, as in ./lut_serial.v: high <- (first ? 0 : high >>> 1) + sum over j of (bits[j] ? a[j] : 0).
// sum      {high, low}, signed, SUM_BIT + B_BIT - 1 bits with SUM_BIT = A_BIT + ceil(log2 K) + 1; after p planes the sum is
//          sum >>> (B_BIT - p).
// negate   the highest plane of a weight in two's complement counts as negative; tie to 0 for unsigned weights.
module add_dot #(
    parameter K = 4,
    parameter A_BIT = 8,
    parameter B_BIT = 2
) (
    input clk,
    input enable,
    input first,
    input negate,
    input [K * A_BIT - 1:0] a,
    input [K - 1:0] bits,
    output [A_BIT + $clog2(K) + B_BIT - 1:0] sum
);
    /*verilator no_inline_module*/  // compiled once, not for each of M * N
    localparam SUM_BIT = A_BIT + $clog2(K) + 1;

    reg [SUM_BIT - 1:0] high;
    reg [SUM_BIT - 1:0] next;
    reg [A_BIT - 1:0] term;
    integer j;

    // Signed terms as unsigned ones: the sign bit counts as positive, inverted, and a constant makes up for it. Where the
    // plane is negative, all bits turn and each of the K terms lacks a one.
    always @* begin
        next = (first ? {SUM_BIT{1'b0}} : {high[SUM_BIT - 1], high[SUM_BIT - 1:1]}) - (K << (A_BIT - 1));
        for (j = 0; j < K; j = j + 1) begin
            term = (a[j * A_BIT +: A_BIT] & {A_BIT{bits[j]}}) ^ {~negate, {A_BIT - 1{negate}}};
            next = next + {{SUM_BIT - A_BIT{1'b0}}, term} + {{SUM_BIT - 1{1'b0}}, negate};
        end
    end

    always @(posedge clk) if (enable) high <= next;

    generate
        if (B_BIT == 1) begin : no_low
            assign sum = high;
        end else begin : has_low
            reg [B_BIT - 2:0] low;
            wire [B_BIT - 1:0] longer = {high[0], low};
            wire unused_low = &{1'b0, longer[0]};
            always @(posedge clk) if (enable) low <= longer[B_BIT - 1:1];
            assign sum = {high, low};
        end
    endgenerate
endmodule
