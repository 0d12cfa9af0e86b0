/**
 * Maps adders to the library's full-adder cells, for yosys's techmap: abc knows no cell of two outputs and would build each
 * from some seven gates. Carries ripple. Bits with a known input are left to abc.
 * after  ./yosys
 */

/** Of both OSU libraries: A, B, C in; YC carry, YS sum. */
export const fullAdder = 'FAX1'

export const adders = String.raw`
module \$fa (A, B, C, X, Y);
    parameter WIDTH = 1;
    parameter _TECHMAP_CONSTMSK_A_ = 0;
    parameter _TECHMAP_CONSTMSK_B_ = 0;
    parameter _TECHMAP_CONSTMSK_C_ = 0;
    localparam [WIDTH-1:0] KNOWN = _TECHMAP_CONSTMSK_A_ | _TECHMAP_CONSTMSK_B_ | _TECHMAP_CONSTMSK_C_;
    input [WIDTH-1:0] A, B, C;
    output [WIDTH-1:0] X, Y;
    genvar i;
    generate
        for (i = 0; i < WIDTH; i = i + 1) begin : bits
            if (KNOWN[i]) begin
                assign Y[i] = A[i] ^ B[i] ^ C[i];
                assign X[i] = A[i] & B[i] | C[i] & (A[i] | B[i]);
            end else ${fullAdder} cell_i (.A(A[i]), .B(B[i]), .C(C[i]), .YC(X[i]), .YS(Y[i]));
        end
    endgenerate
endmodule

module \$alu (A, B, CI, BI, X, Y, CO);
    parameter A_SIGNED = 0;
    parameter B_SIGNED = 0;
    parameter A_WIDTH = 1;
    parameter B_WIDTH = 1;
    parameter Y_WIDTH = 1;
    input [A_WIDTH-1:0] A;
    input [B_WIDTH-1:0] B;
    input CI, BI;
    output [Y_WIDTH-1:0] X, Y, CO;
    wire [Y_WIDTH-1:0] a, b;
    \$pos #(.A_SIGNED(A_SIGNED), .A_WIDTH(A_WIDTH), .Y_WIDTH(Y_WIDTH)) wide_a (.A(A), .Y(a));
    \$pos #(.A_SIGNED(B_SIGNED), .A_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH)) wide_b (.A(B), .Y(b));
    wire [Y_WIDTH-1:0] turned = b ^ {Y_WIDTH{BI}};
    wire [Y_WIDTH:0] carry;
    assign carry[0] = CI;
    assign CO = carry[Y_WIDTH:1];
    assign X = a ^ turned;
    genvar i;
    generate
        for (i = 0; i < Y_WIDTH; i = i + 1) begin : bits
            \$fa #(.WIDTH(1)) add (.A(a[i]), .B(turned[i]), .C(carry[i]), .X(carry[i + 1]), .Y(Y[i]));
        end
    endgenerate
endmodule
`
