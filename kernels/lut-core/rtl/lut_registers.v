// Registers of a table, single or double.
//
// DOUBLE 0: at the rising edge of clk, with load: now <- next. `swap` is not looked at.
// DOUBLE 1: with load: waiting <- next; with swap: now <- waiting. Both in one cycle: `now` takes what waited before.
module lut_registers #(
    parameter BITS = 64,
    parameter DOUBLE = 0
) (
    input clk,
    input load,
    input swap,
    input [BITS - 1:0] next,
    output reg [BITS - 1:0] now
);
    generate
        if (DOUBLE != 0) begin : twice
            reg [BITS - 1:0] waiting;
            always @(posedge clk) begin
                if (load) waiting <= next;
                if (swap) now <= waiting;
            end
        end else begin : once
            always @(posedge clk) if (load) now <= next;
            wire unused = &{1'b0, swap};
        end
    endgenerate
endmodule
