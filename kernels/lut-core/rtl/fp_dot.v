// A dot product of four pairs of halves, summed in FP32: what a floating-point tensor core is made of.
//
// At the rising edge of clk, with enable: sum <- (first ? 0 : sum) + ((a0 b0 + a1 b1) + (a2 b2 + a3 b3)). Products are exact,
// each addition rounds to nearest even; subnormals count as zero (./fp_mul.v, ./fp_add.v).
module fp_dot (
    input clk,
    input enable,
    input first,
    input [63:0] a,
    input [63:0] b,
    output reg [31:0] sum
);
    wire [127:0] products;
    genvar j;
    generate
        for (j = 0; j < 4; j = j + 1) begin : pairs
            fp_mul multiply (.a(a[j * 16 +: 16]), .b(b[j * 16 +: 16]), .product(products[j * 32 +: 32]));
        end
    endgenerate

    wire [31:0] low;
    wire [31:0] high;
    wire [31:0] dot;
    wire [31:0] next;
    fp_add add_low (.a(products[31:0]), .b(products[63:32]), .sum(low));
    fp_add add_high (.a(products[95:64]), .b(products[127:96]), .sum(high));
    fp_add add_both (.a(low), .b(high), .sum(dot));
    fp_add accumulate (.a(dot), .b(first ? 32'b0 : sum), .sum(next));

    always @(posedge clk) if (enable) sum <= next;
endmodule
