// Adds two floats of 1 sign, EXP exponent and MAN fraction bits; combinational. Rounds to nearest even. Finite numbers
// only; subnormals count as zero and become zero; what is too large becomes infinity.
module fp_add #(
    parameter EXP = 8,
    parameter MAN = 23
) (
    input [EXP + MAN:0] a,
    input [EXP + MAN:0] b,
    output [EXP + MAN:0] sum
);
    localparam WIDTH = MAN + 4; // hidden bit, fraction, guard, round, sticky

    wire swap = a[EXP + MAN - 1:0] < b[EXP + MAN - 1:0];
    wire [EXP + MAN:0] more = swap ? b : a;
    wire [EXP + MAN:0] less = swap ? a : b;
    wire [EXP - 1:0] exponent = more[EXP + MAN - 1:MAN];
    wire [EXP - 1:0] lower = less[EXP + MAN - 1:MAN];
    wire unused = less[EXP + MAN]; // its sign is in subtract
    wire subtract = a[EXP + MAN] ^ b[EXP + MAN];

    // The smaller one moves right; what falls out is remembered in the sticky bit.
    wire [WIDTH - 1:0] kept = {exponent != 0, more[MAN - 1:0] & {MAN{exponent != 0}}, 3'b000};
    wire [WIDTH - 1:0] little = {lower != 0, less[MAN - 1:0] & {MAN{lower != 0}}, 3'b000};
    wire [EXP - 1:0] distance = exponent - lower;
    wire [2 * WIDTH - 1:0] spread = {little, {WIDTH{1'b0}}} >> distance;
    wire [WIDTH - 1:0] aligned = {spread[2 * WIDTH - 1:WIDTH + 1], |spread[WIDTH:0]};

    wire [WIDTH:0] total = subtract ? {1'b0, kept} - {1'b0, aligned} : {1'b0, kept} + {1'b0, aligned};

    // The highest set bit comes to the top.
    reg [EXP - 1:0] zeros;
    integer i;
    always @* begin
        zeros = WIDTH[EXP - 1:0] + 1'b1;
        for (i = 0; i <= WIDTH; i = i + 1)
            if (total[i]) zeros = WIDTH[EXP - 1:0] - i[EXP - 1:0];
    end
    wire [WIDTH:0] normal = total << zeros;
    wire signed [EXP + 1:0] place = $signed({2'b00, exponent}) + 1'b1 - $signed({2'b00, zeros});

    wire up = normal[3] && (normal[4] || |normal[2:0]);
    wire [MAN + 1:0] rounded = {1'b0, normal[WIDTH:4]} + {{MAN + 1{1'b0}}, up};
    wire signed [EXP + 1:0] power = place + $signed({{EXP + 1{1'b0}}, rounded[MAN + 1]});
    wire [MAN - 1:0] fraction = rounded[MAN + 1] ? rounded[MAN:1] : rounded[MAN - 1:0];

    wire none = total == 0 || power < 1;
    wire over = power >= (1 << EXP) - 1;
    assign sum = none ? {EXP + MAN + 1{1'b0}}
        : over ? {more[EXP + MAN], {EXP{1'b1}}, {MAN{1'b0}}}
        : {more[EXP + MAN], power[EXP - 1:0], fraction};
endmodule
