// What stands behind an array of narrow elements (WIDE 0): M * N wide accumulators that add up groups of K columns. In a
// GPU it is the register file that holds Accum and O; it is no part of the array's area.
//
// At the rising edge of clk: with clear, all accumulators become 0 (and nothing is added); else with add:
// accumulators[m][n] <- itself + ((sums[m][n] >>> drop) << shifts[m]), modulo 2^ACC_BIT.
// drop     W_BIT less the planes that a weight has.
// Element (m, n) at bit (m * N + n) times its width.
module lut_accumulate #(
    parameter M = 2,
    parameter N = 64,
    parameter SUM_BIT = 10,
    parameter W_BIT = 2,
    parameter ACC_BIT = 32,
    parameter SHIFT_BIT = 0
) (
    input clk,
    input clear,
    input add,
    input [(W_BIT > 1 ? $clog2(W_BIT) : 1) - 1:0] drop,
    input [M * (SHIFT_BIT > 0 ? SHIFT_BIT : 1) - 1:0] shifts,
    input [M * N * SUM_BIT - 1:0] sums,
    output [M * N * ACC_BIT - 1:0] accumulators
);
    localparam FULL = ACC_BIT > SUM_BIT ? ACC_BIT : SUM_BIT + 1;
    localparam S = SHIFT_BIT > 0 ? SHIFT_BIT : 1;

    genvar m, n;
    generate
        for (m = 0; m < M; m = m + 1) begin : tokens
            wire [S - 1:0] shift = SHIFT_BIT > 0 ? shifts[m * S +: S] : {S{1'b0}};
            if (SHIFT_BIT == 0) begin : unshifted
                wire unused = &{1'b0, shifts[m]};
            end
            for (n = 0; n < N; n = n + 1) begin : rows
                wire signed [SUM_BIT - 1:0] sum = sums[(m * N + n) * SUM_BIT +: SUM_BIT];
                wire signed [SUM_BIT - 1:0] dropped = sum >>> drop;
                wire [FULL - 1:0] term = {{FULL - SUM_BIT{dropped[SUM_BIT - 1]}}, dropped} << shift;
                reg [ACC_BIT - 1:0] accumulator;
                always @(posedge clk)
                    if (clear) accumulator <= {ACC_BIT{1'b0}};
                    else if (add) accumulator <= accumulator + term[ACC_BIT - 1:0];
                assign accumulators[(m * N + n) * ACC_BIT +: ACC_BIT] = accumulator;
                wire unused_bits = &{1'b0, term};
            end
        end
    endgenerate
endmodule
