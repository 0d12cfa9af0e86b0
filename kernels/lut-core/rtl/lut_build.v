// Builds a table from K activations with adders, all entries at once; combinational. What an array without a fused
// precompute operator has in front of each of its tables.
//
// x        K activations, signed, column j at bit j * A_BIT.
// entries  entry i at bit i * LUT_BIT. REINTERPRET 1: the sum of x[j] where bit j of i is set and -x[j] where it is
//          clear; 0: the sum of x[j] where bit j is set. SYMMETRIC: only entries with bit K-1 clear.
// Exact for LUT_BIT >= A_BIT + ceil(log2 K) and activations from -(2^(A_BIT-1) - 1).
module lut_build #(
    parameter K = 4,
    parameter A_BIT = 8,
    parameter LUT_BIT = 10,
    parameter SYMMETRIC = 1,
    parameter REINTERPRET = 1
) (
    input [K * A_BIT - 1:0] x,
    output [(1 << (SYMMETRIC != 0 ? K - 1 : K)) * LUT_BIT - 1:0] entries
);
    localparam ENTRIES = 1 << (SYMMETRIC != 0 ? K - 1 : K);

    genvar j, i;
    generate
        for (j = 0; j < K; j = j + 1) begin : columns
            wire [LUT_BIT - 1:0] value = {{LUT_BIT - A_BIT{x[j * A_BIT + A_BIT - 1]}}, x[j * A_BIT +: A_BIT]};
            wire [LUT_BIT - 1:0] total;
            if (j == 0) begin : lowest
                assign total = value;
            end else begin : others
                assign total = columns[j - 1].total + value;
            end
        end

        // An entry is the one without its highest bit, plus what setting that bit adds.
        for (i = 0; i < ENTRIES; i = i + 1) begin : sums
            wire [LUT_BIT - 1:0] value;
            if (i == 0) begin : least
                assign value = REINTERPRET != 0 ? -columns[K - 1].total : {LUT_BIT{1'b0}};
            end else begin : more
                localparam J = $clog2(i + 1) - 1;
                wire [LUT_BIT - 1:0] step = REINTERPRET != 0 ? {columns[J].value[LUT_BIT - 2:0], 1'b0} : columns[J].value;
                assign value = sums[i - (1 << J)].value + step;
            end
            assign entries[i * LUT_BIT +: LUT_BIT] = value;
        end
    endgenerate
endmodule
