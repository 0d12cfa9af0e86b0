// The LUT array with its accumulators, the same to the outside whichever kind they are: what a device on a wire drives.
//
// load, operands, shifts_in, swap   as in ./lut_array.v.
// clear         at the rising edge of clk: sums begin anew. Not together with enable.
// enable, line  a line of weights: bit plane `plane` of a group; planes come lowest first.
// last          with enable: this is the group's highest plane, planes = plane + 1.
// accumulators  two edges after the last line (WIDE 0; after one edge WIDE 1); (m, n) at bit (m * N + n) * ACC_BIT.
module lut_core #(
    parameter M = 2,
    parameter N = 64,
    parameter K = 4,
    parameter LUT_BIT = 10,
    parameter W_BIT = 8,
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
    input clear,
    input enable,
    input last,
    input [(W_BIT > 1 ? $clog2(W_BIT) : 1) - 1:0] plane,
    input [N * K - 1:0] line,
    output [M * N * ACC_BIT - 1:0] accumulators
);
    localparam SUM_BIT = WIDE != 0 ? ACC_BIT : LUT_BIT + W_BIT;
    localparam P = W_BIT > 1 ? $clog2(W_BIT) : 1;
    localparam S = SHIFT_BIT > 0 ? SHIFT_BIT : 1;

    wire first;
    wire [M * N * SUM_BIT - 1:0] sums;
    wire [M * S - 1:0] shifts;

    lut_array #(
        .M(M), .N(N), .K(K), .LUT_BIT(LUT_BIT), .W_BIT(W_BIT), .ACC_BIT(ACC_BIT), .A_BIT(A_BIT), .SHIFT_BIT(SHIFT_BIT),
        .SYMMETRIC(SYMMETRIC), .NEGATE_INDEX(NEGATE_INDEX), .PRECOMPUTE(PRECOMPUTE), .REINTERPRET(REINTERPRET),
        .DOUBLE(DOUBLE), .WIDE(WIDE)
    ) array (
        .clk(clk), .load(load), .operands(operands), .shifts_in(shifts_in), .swap(swap),
        .enable(enable), .first(first), .plane(plane), .line(line), .sums(sums), .shifts(shifts)
    );

    generate
        if (WIDE != 0) begin : own
            reg fresh;
            always @(posedge clk)
                if (clear) fresh <= 1'b1;
                else if (enable) fresh <= 1'b0;
            assign first = fresh;
            assign accumulators = sums;
            wire unused = &{1'b0, last, shifts};
        end else begin : behind
            reg add;
            reg [P - 1:0] drop;
            reg [M * S - 1:0] moved;
            always @(posedge clk) begin
                add <= enable && last;
                drop <= W_BIT[P - 1:0] - 1'b1 - plane;
                moved <= shifts;
            end
            assign first = plane == {P{1'b0}};
            lut_accumulate #(
                .M(M), .N(N), .SUM_BIT(SUM_BIT), .W_BIT(W_BIT), .ACC_BIT(ACC_BIT), .SHIFT_BIT(SHIFT_BIT)
            ) accumulate (
                .clk(clk), .clear(clear), .add(add), .drop(drop), .shifts(moved), .sums(sums),
                .accumulators(accumulators)
            );
        end
    endgenerate
endmodule
