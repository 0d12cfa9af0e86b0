// A dot product of K integers by multipliers and one adder tree, a column of a tensor core as GPUs have it.
//
// At the rising edge of clk, with enable: sum <- (ACC and not first ? sum : 0) + sum over j of a[j] * b[j], modulo
// 2^SUM_BIT.
// a, b   K signed integers of A_BIT and B_BIT, element j at bit j times its width.
// ACC 1  sum is an accumulator. ACC 0: adding up is left to whoever stands behind, as with narrow LUT elements
//        (./lut_serial.v); `first` is not looked at. Then SUM_BIT = A_BIT + B_BIT + ceil(log2 K) is exact.
//
// Multipliers are Baugh and Wooley's: all bit products count as positive, those with one sign bit are inverted, and one
// constant makes up for all of that, so that no row is sign-extended and the rows of all products make one carry-save tree.
module mac_dot #(
    parameter K = 16,
    parameter A_BIT = 8,
    parameter B_BIT = 8,
    parameter SUM_BIT = 32,
    parameter ACC = 1
) (
    input clk,
    input enable,
    input first,
    input [K * A_BIT - 1:0] a,
    input [K * B_BIT - 1:0] b,
    output reg [SUM_BIT - 1:0] sum
);
    /*verilator no_inline_module*/  // compiled once, not for each of M * N
    localparam PRODUCT_BIT = A_BIT + B_BIT;
    localparam [SUM_BIT - 1:0] ONE = 1;
    localparam [SUM_BIT - 1:0] MAKE_UP =
        K * ((ONE << (A_BIT - 1)) + (ONE << (B_BIT - 1)) - (ONE << (PRODUCT_BIT - 1)));

    // Row r of product j: a[j] times bit r of b[j], in place.
    wire [K * B_BIT * PRODUCT_BIT - 1:0] rows;
    genvar j, r;
    generate
        for (j = 0; j < K; j = j + 1) begin : products
            wire [A_BIT - 1:0] x = a[j * A_BIT +: A_BIT];
            for (r = 0; r < B_BIT; r = r + 1) begin : bits
                wire [A_BIT - 1:0] turned = {r != B_BIT - 1, {A_BIT - 1{r == B_BIT - 1}}};
                wire [A_BIT - 1:0] row = (x & {A_BIT{b[j * B_BIT + r]}}) ^ turned;
                assign rows[(j * B_BIT + r) * PRODUCT_BIT +: PRODUCT_BIT] = {{B_BIT{1'b0}}, row} << r;
            end
        end
    endgenerate

    reg [SUM_BIT - 1:0] next;
    integer i;
    always @* begin
        next = MAKE_UP + (ACC != 0 && !first ? sum : {SUM_BIT{1'b0}});
        for (i = 0; i < K * B_BIT; i = i + 1)
            next = next + {{SUM_BIT - PRODUCT_BIT{1'b0}}, rows[i * PRODUCT_BIT +: PRODUCT_BIT]};
    end

    always @(posedge clk) if (enable) sum <= next;
endmodule
