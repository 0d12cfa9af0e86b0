// A row of Booth's multiplication, radix 4: x times -2, -1, 0, 1 or 2, as three neighbouring bits of the other factor say.
//
// digit     bits 2r+1, 2r, 2r-1 of the other factor. `row` counts as row + negative - 2^A_BIT: the bits are inverted where the
//           multiple is negative, and the sign bit is inverted once more so that rows need no sign extension.
module mac_booth #(
    parameter A_BIT = 8
) (
    input [A_BIT - 1:0] x,
    input [2:0] digit,
    output [A_BIT:0] row,
    output negative
);
    wire once = digit[1] ^ digit[0];
    wire twice = digit[2] != digit[1] && digit[1] == digit[0];
    assign negative = digit[2] && !(digit[1] && digit[0]);

    wire [A_BIT:0] multiple = ({x[A_BIT - 1], x} & {A_BIT + 1{once}}) | ({x, 1'b0} & {A_BIT + 1{twice}});
    assign row = multiple ^ {!negative, {A_BIT{negative}}};
endmodule
