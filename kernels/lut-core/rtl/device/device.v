// The LUT core as a device on a pipe, for Verilog simulators without a C++ main (iverilog): speaks the protocol of
// docs/lut-core-rtl.md on standard input and output and drives ../lut_core.v with it. A test bench, not synthesizable.
// ./main.cpp is the same for verilator, and faster; both take the same number of clock cycles.
module lut_device #(
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
);
    localparam STDIN = 32'h8000_0000;
    localparam STDOUT = 32'h8000_0001;

    localparam VERSION = 8'd1;
    localparam MAX_PAYLOAD = 32'd1 << 20;
    localparam HELLO = 8'h01;
    localparam RUN = 8'h02;
    localparam ANSWERED = 8'h80;
    localparam REFUSED = 8'hFF;

    localparam ITEMS = M * (PRECOMPUTE != 0 ? K : 1 << (SYMMETRIC != 0 ? K - 1 : K));
    localparam ITEM_BIT = PRECOMPUTE != 0 ? A_BIT : LUT_BIT;
    localparam ITEM_BYTES = ITEM_BIT <= 8 ? 1 : ITEM_BIT <= 16 ? 2 : 4;
    localparam S = SHIFT_BIT > 0 ? SHIFT_BIT : 1;
    localparam SHIFT_BYTES = SHIFT_BIT > 0 ? M : 0;
    localparam LINE_BYTES = (N * K + 7) / 8;
    localparam P = W_BIT > 1 ? $clog2(W_BIT) : 1;

    reg clk = 0, load = 0, swap = 0, clear = 0, enable = 0, last = 0;
    reg [ITEMS * ITEM_BIT - 1:0] operands;
    reg [M * S - 1:0] shifts = 0;
    reg [P - 1:0] plane = 0;
    reg [8 * LINE_BYTES - 1:0] line;
    wire [M * N * ACC_BIT - 1:0] accumulators;

    lut_core #(
        .M(M), .N(N), .K(K), .LUT_BIT(LUT_BIT), .W_BIT(W_BIT), .ACC_BIT(ACC_BIT), .A_BIT(A_BIT), .SHIFT_BIT(SHIFT_BIT),
        .SYMMETRIC(SYMMETRIC), .NEGATE_INDEX(NEGATE_INDEX), .PRECOMPUTE(PRECOMPUTE), .REINTERPRET(REINTERPRET),
        .DOUBLE(DOUBLE), .WIDE(WIDE)
    ) core (
        .clk(clk), .load(load), .operands(operands), .shifts_in(shifts), .swap(swap), .clear(clear), .enable(enable),
        .last(last), .plane(plane), .line(line[N * K - 1:0]), .accumulators(accumulators)
    );

    reg [31:0] crc_table [0:255];
    reg [31:0] crc_in, crc_out, cycles, length, expected, word;
    reg [15:0] groups;
    reg [7:0] octet, kind, number, planes, flags;
    reg [8 * LINE_BYTES * W_BIT - 1:0] lines, next_lines;
    reg signed [ACC_BIT - 1:0] accumulator;
    integer c, g, i, j, p;

    // One clock cycle; inputs change while clk is low.
    task tick;
        begin
            #1 clk = 1;
            #1 clk = 0;
            cycles = cycles + 1;
            {load, swap, clear, enable, last} = 5'b0;
        end
    endtask

    `include "wire.vh"

    task hello;
        begin
            get_word(4);
            if (word != crc_out) refuse("wrong checksum  ");
            else begin
                flags = 8'd128 | (WIDE != 0) << 5 | (DOUBLE != 0) << 4 | (REINTERPRET != 0) << 3
                    | (PRECOMPUTE != 0) << 2 | (NEGATE_INDEX != 0) << 1 | (SYMMETRIC != 0);
                begin_answer(HELLO | ANSWERED, 24);
                put({M[15:0], flags, VERSION});
                put({LUT_BIT[7:0], K[7:0], N[15:0]});
                put({SHIFT_BIT[7:0], A_BIT[7:0], ACC_BIT[7:0], W_BIT[7:0]});
                put(MAX_PAYLOAD);
                put("raci");
                put("  su");
                end_answer;
            end
        end
    endtask

    task get_group;
        begin
            for (j = 0; j < ITEMS; j = j + 1) begin
                get_word(ITEM_BYTES);
                operands[j * ITEM_BIT +: ITEM_BIT] = word[ITEM_BIT - 1:0];
            end
            for (j = 0; j < SHIFT_BYTES; j = j + 1) begin
                get;
                shifts[j * S +: S] = octet[S - 1:0];
            end
            for (j = 0; j < LINE_BYTES * planes; j = j + 1) begin
                get;
                next_lines[8 * j +: 8] = octet;
            end
        end
    endtask

    // The lines of a group. With `loading`, what stands at `operands` is loaded beside the first of them, or before the
    // only one, since it has to wait in its registers before the swap.
    task run_lines(input loading);
        begin
            if (loading && planes == 1) begin
                load = 1;
                tick;
            end
            for (p = 0; p < planes; p = p + 1) begin
                load = loading && p == 0 && planes != 1;
                enable = 1;
                plane = p;
                line = lines[8 * LINE_BYTES * p +: 8 * LINE_BYTES];
                last = p == planes - 1;
                swap = loading && last;
                tick;
            end
        end
    endtask

    task run_groups;
        begin
            for (g = 0; g < groups; g = g + 1) begin
                get_group;
                if (DOUBLE == 0 || g == 0) begin
                    load = 1;
                    tick;
                    if (DOUBLE != 0) begin
                        swap = 1;
                        tick;
                    end
                end else run_lines(1'b1);
                lines = next_lines;
                if (DOUBLE == 0 || g == groups - 1) run_lines(1'b0);
            end
            tick;
            tick;
        end
    endtask

    task run;
        begin
            cycles = 0;
            get_word(4);
            {groups, flags, planes} = word;
            expected = 4 + groups * (ITEMS * ITEM_BYTES + SHIFT_BYTES + planes * LINE_BYTES);
            if (length != expected || planes == 0 || planes > W_BIT || groups == 0) begin
                for (j = 4; j < length + 4; j = j + 1) get;
                refuse("wrong run       ");
            end else begin
                if (flags[0]) begin
                    clear = 1;
                    tick;
                end
                run_groups;
                crc_out = ~crc_in;
                get_word(4);
                if (word != crc_out) refuse("wrong checksum  ");
                else begin
                    begin_answer(RUN | ANSWERED, 4 + (flags[1] ? 4 * M * N : 0));
                    put(cycles);
                    if (flags[1])
                        for (j = 0; j < M * N; j = j + 1) begin
                            accumulator = accumulators[j * ACC_BIT +: ACC_BIT];
                            word = {{32{accumulator[ACC_BIT - 1]}}} << (ACC_BIT - 1) | accumulator;
                            put(word);
                        end
                    end_answer;
                end
            end
        end
    endtask

    initial begin
        for (i = 0; i < 256; i = i + 1) begin
            word = i;
            for (j = 0; j < 8; j = j + 1) word = word[0] ? word >> 1 ^ 32'hEDB8_8320 : word >> 1;
            crc_table[i] = word;
        end
        octet = 0;
        forever begin
            // What does not begin with "LT" is noise on the line.
            while (octet != "L") get;
            get;
            if (octet == "T") begin
                crc_in = 32'hFFFF_FFFF;
                get;
                kind = octet;
                get;
                number = octet;
                get_word(4);
                length = word;
                if (length > MAX_PAYLOAD) begin
                    refuse("frame too long  ");
                    $finish(0);
                end else if (kind == RUN && length >= 4) run;
                else begin
                    for (j = 0; j < length; j = j + 1) get;
                    crc_out = ~crc_in;
                    if (kind == HELLO && length == 0) hello;
                    else begin
                        get_word(4);
                        refuse("unknown request ");
                    end
                end
                octet = 0;
            end
        end
    end
endmodule
