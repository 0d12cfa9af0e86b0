    // Bytes in and out, answers and their checksums, for ./device.v, whose registers these tasks use.

    function [31:0] crc(input [31:0] before, input [7:0] value);
        crc = crc_table[before[7:0] ^ value] ^ (before >> 8);
    endfunction

    task get;
        begin
            c = $fgetc(STDIN);
            if (c == -1) $finish(0);
            octet = c[7:0];
            crc_in = crc(crc_in, octet);
        end
    endtask

    task get_word(input integer bytes);
        for (i = 0; i < bytes; i = i + 1) begin
            get;
            word[8 * i +: 8] = octet;
        end
    endtask

    task put(input [31:0] value);
        begin
            for (i = 0; i < 4; i = i + 1) crc_out = crc(crc_out, value[8 * i +: 8]);
            $fwrite(STDOUT, "%u", value);
        end
    endtask

    // An answer: "LT", its kind, the request's number, its length; payload by `put`; the checksum of all but "LT".
    task begin_answer(input [7:0] answer_kind, input [31:0] bytes);
        begin
            $fwrite(STDOUT, "%u", {number, answer_kind, "TL"});
            crc_out = crc(crc(32'hFFFF_FFFF, answer_kind), number);
            put(bytes);
        end
    endtask

    task end_answer;
        begin
            $fwrite(STDOUT, "%u", ~crc_out);
            $fflush(STDOUT);
        end
    endtask

    // Words go out lowest byte first, so text is turned round by fours.
    task refuse(input [127:0] reason);
        begin
            begin_answer(REFUSED, 16);
            for (j = 96; j >= 0; j = j - 32)
                put({reason[j +: 8], reason[j + 8 +: 8], reason[j + 16 +: 8], reason[j + 24 +: 8]});
            end_answer;
        end
    endtask
