// An array of multipliers as in a tensor core: M * N dot products of K signed integers a cycle. A100's for INT8 has the
// shape M 8, N 4, K 16 (512 MAC a cycle).
//
// a        M rows of K activations (row m at bit m * K * A_BIT), b: N rows of K weights. HOLD 1: at the rising edge of clk,
//          with load, registers take `a`, which serves from the next cycle, as a LUT array's tables do. HOLD 0: `a` serves at
//          once, `load` is not looked at.
// enable, first, ACC, MULTIPLIER, sums   as in ./mac_dot.v, for all; element (m, n) at bit (m * N + n) * SUM_BIT.
module mac_array #(
    parameter M = 8,
    parameter N = 4,
    parameter K = 16,
    parameter A_BIT = 8,
    parameter B_BIT = 8,
    parameter SUM_BIT = 32,
    parameter ACC = 1,
    parameter HOLD = 0,
    parameter MULTIPLIER = 0
) (
    input clk,
    input load,
    input enable,
    input first,
    input [M * K * A_BIT - 1:0] a,
    input [N * K * B_BIT - 1:0] b,
    output [M * N * SUM_BIT - 1:0] sums
);
    wire [M * K * A_BIT - 1:0] held;
    generate
        if (HOLD != 0) begin : hold
            lut_registers #(.BITS(M * K * A_BIT)) registers (
                .clk(clk), .load(load), .swap(1'b0), .next(a), .now(held)
            );
        end else begin : pass
            assign held = a;
            wire unused = &{1'b0, load};
        end
    endgenerate

    genvar m, n;
    generate
        for (m = 0; m < M; m = m + 1) begin : tokens
            for (n = 0; n < N; n = n + 1) begin : columns
                mac_dot #(
                    .K(K), .A_BIT(A_BIT), .B_BIT(B_BIT), .SUM_BIT(SUM_BIT), .ACC(ACC), .MULTIPLIER(MULTIPLIER)
                ) dot (
                    .clk(clk), .enable(enable), .first(first),
                    .a(held[m * K * A_BIT +: K * A_BIT]), .b(b[n * K * B_BIT +: K * B_BIT]),
                    .sum(sums[(m * N + n) * SUM_BIT +: SUM_BIT])
                );
            end
        end
    endgenerate
endmodule
