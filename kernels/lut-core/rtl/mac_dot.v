// A dot product of K integers by multipliers and one adder tree, a column of a tensor core as GPUs have it.
//
// At the rising edge of clk, with enable: sum <- (ACC and not first ? sum : 0) + sum over j of a[j] * b[j], modulo
// 2^SUM_BIT.
// a, b   K signed integers of A_BIT and B_BIT, element j at bit j times its width.
// ACC 1  sum is an accumulator. ACC 0: adding up is left to whoever stands behind, as with narrow LUT elements
//        (./lut_serial.v); `first` is not looked at. Then SUM_BIT = A_BIT + B_BIT + ceil(log2 K) is exact.
//
// MULTIPLIER 0  Baugh and Wooley's: all bit products count as positive, those with one sign bit are inverted, and one constant
//            makes up for all of that, so that no row is sign-extended and the rows of all products make one carry-save tree.
//            1  Booth's, radix 4: half as many rows, each of a multiple from -2 to 2 (./mac_booth.v), one tree.
//            2  products as Verilog writes them, left to the synthesizer.
module mac_dot #(
    parameter K = 16,
    parameter A_BIT = 8,
    parameter B_BIT = 8,
    parameter SUM_BIT = 32,
    parameter ACC = 1,
    parameter MULTIPLIER = 0
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
    localparam ROWS = MULTIPLIER == 0 ? B_BIT : MULTIPLIER == 1 ? (B_BIT + 1) / 2 : 1;
    localparam [SUM_BIT - 1:0] ONE = 1;
    localparam [SUM_BIT - 1:0] MAKE_UP =
        MULTIPLIER == 0 ? K * ((ONE << (A_BIT - 1)) + (ONE << (B_BIT - 1)) - (ONE << (PRODUCT_BIT - 1)))
        // The sign bits of Booth's rows: 4^0 + 4^1 + ... above A_BIT.
        : MULTIPLIER == 1 ? -(K * (((ONE << (2 * ROWS)) - ONE) / 3) << A_BIT) : 0;
    localparam ROW_BIT = PRODUCT_BIT + (MULTIPLIER == 1 ? 2 : 0);

    wire [K * ROWS * ROW_BIT - 1:0] rows;
    wire [K * ROWS * ROW_BIT - 1:0] ones; // Booth's: what a turned row lacks
    genvar j, r;
    generate
        for (j = 0; j < K; j = j + 1) begin : products
            wire [A_BIT - 1:0] x = a[j * A_BIT +: A_BIT];
            wire [B_BIT - 1:0] y = b[j * B_BIT +: B_BIT];
            for (r = 0; r < ROWS; r = r + 1) begin : bits
                wire [ROW_BIT - 1:0] row;
                wire [ROW_BIT - 1:0] one;
                if (MULTIPLIER == 0) begin : baugh_wooley
                    wire [A_BIT - 1:0] turned = {r != B_BIT - 1, {A_BIT - 1{r == B_BIT - 1}}};
                    wire [A_BIT - 1:0] bare = (x & {A_BIT{y[r]}}) ^ turned;
                    assign row = {{B_BIT{1'b0}}, bare} << r;
                    assign one = {ROW_BIT{1'b0}};
                end else if (MULTIPLIER == 1) begin : booth
                    wire [A_BIT:0] bare;
                    wire negative;
                    wire [B_BIT + 1:0] padded = {y[B_BIT - 1], y, 1'b0};
                    mac_booth #(.A_BIT(A_BIT)) times (
                        .x(x), .digit(padded[2 * r +: 3]), .row(bare), .negative(negative)
                    );
                    assign row = {{ROW_BIT - A_BIT - 1{1'b0}}, bare} << (2 * r);
                    assign one = {{ROW_BIT - 1{1'b0}}, negative} << (2 * r);
                    wire unused = &{1'b0, padded};
                end else begin : plain
                    assign row = $signed(x) * $signed(y);
                    assign one = {ROW_BIT{1'b0}};
                end
                assign rows[(j * ROWS + r) * ROW_BIT +: ROW_BIT] = row;
                assign ones[(j * ROWS + r) * ROW_BIT +: ROW_BIT] = one;
            end
        end
    endgenerate

    reg [SUM_BIT - 1:0] next;
    reg [ROW_BIT - 1:0] row;
    reg [ROW_BIT - 1:0] one;
    integer i;
    always @* begin
        next = MAKE_UP + (ACC != 0 && !first ? sum : {SUM_BIT{1'b0}});
        for (i = 0; i < K * ROWS; i = i + 1) begin
            row = rows[i * ROW_BIT +: ROW_BIT];
            one = ones[i * ROW_BIT +: ROW_BIT];
            next = next + {{SUM_BIT - ROW_BIT{MULTIPLIER == 2 && row[ROW_BIT - 1]}}, row}
                + {{SUM_BIT - ROW_BIT{1'b0}}, one};
        end
    end

    always @(posedge clk) if (enable) sum <= next;
endmodule
