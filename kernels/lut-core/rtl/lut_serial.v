// The narrow accumulator of a LUT element: bit planes, lowest first, of one group of K columns.
//
// At the rising edge of clk, with enable: high <- (first ? 0 : high >>> 1) + term + carry, and the bit that falls out of
// `high` enters `low` from above. term: signed, LUT_BIT bits. sum = {high, low}, signed, valid after the edge: after p
// planes the sum is sum >>> (W_BIT - p). It always fits: |high| stays below 2^LUT_BIT.
module lut_serial #(
    parameter LUT_BIT = 8,
    parameter W_BIT = 2
) (
    input clk,
    input enable,
    input first,
    input [LUT_BIT - 1:0] term,
    input carry,
    output [LUT_BIT + W_BIT - 1:0] sum
);
    reg [LUT_BIT:0] high;
    wire [LUT_BIT:0] half = first ? {LUT_BIT + 1{1'b0}} : {high[LUT_BIT], high[LUT_BIT:1]};

    // The bit below the lowest makes the carry: 1 + carry overflows where carry is 1.
    wire [LUT_BIT + 1:0] next = {half, 1'b1} + {term[LUT_BIT - 1], term, carry};
    wire unused = &{1'b0, next[0]};

    always @(posedge clk) if (enable) high <= next[LUT_BIT + 1:1];

    generate
        if (W_BIT == 1) begin : no_low
            assign sum = high;
        end else begin : has_low
            reg [W_BIT - 2:0] low;
            wire [W_BIT - 1:0] longer = {high[0], low};
            wire unused_low = &{1'b0, longer[0]};
            always @(posedge clk) if (enable) low <= longer[W_BIT - 1:1];
            assign sum = {high, low};
        end
    endgenerate
endmodule
