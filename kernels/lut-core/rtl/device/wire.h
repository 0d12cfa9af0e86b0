// Frames on standard input and output: "LT", kind, number, length (4), payload, CRC-32 of all but "LT" (4). Low bytes first.
// Whatever comes in is checked before it is believed; the end of input ends the process.
#pragma once
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

constexpr uint32_t max_payload = 1 << 20;
constexpr uint8_t hello_kind = 0x01, run_kind = 0x02, answered = 0x80, refused = 0xFF;

struct Frame {
    uint8_t kind;
    uint8_t number;
    std::vector<uint8_t> payload;
};

inline uint32_t crc32(uint32_t crc, const uint8_t* bytes, std::size_t length) {
    static const std::array<uint32_t, 256> table = [] {
        std::array<uint32_t, 256> made{};
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t word = i;
            for (int j = 0; j < 8; j++) word = word & 1 ? word >> 1 ^ 0xEDB88320 : word >> 1;
            made[i] = word;
        }
        return made;
    }();
    crc = ~crc;
    for (std::size_t i = 0; i < length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
    return ~crc;
}

inline uint32_t word_at(const uint8_t* bytes) {
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | uint32_t{bytes[3]} << 24;
}

inline void append(std::vector<uint8_t>& bytes, uint32_t word) {
    for (int i = 0; i < 32; i += 8) bytes.push_back(static_cast<uint8_t>(word >> i));
}

inline void get(uint8_t* bytes, std::size_t length) {
    if (std::fread(bytes, 1, length, stdin) != length) std::exit(0);
}

inline void send(uint8_t kind, uint8_t number, const std::vector<uint8_t>& payload) {
    std::vector<uint8_t> frame{'L', 'T', kind, number};
    append(frame, static_cast<uint32_t>(payload.size()));
    frame.insert(frame.end(), payload.begin(), payload.end());
    append(frame, crc32(0, frame.data() + 2, frame.size() - 2));
    if (std::fwrite(frame.data(), 1, frame.size(), stdout) != frame.size() || std::fflush(stdout) != 0) std::exit(1);
}

inline void refuse(uint8_t number, const std::string& reason) {
    send(refused, number, std::vector<uint8_t>(reason.begin(), reason.end()));
}

// The next whole frame; what does not begin with "LT" is noise on the line.
inline Frame receive() {
    for (;;) {
        uint8_t octet = 0;
        while (octet != 'L') get(&octet, 1);
        while (octet == 'L') get(&octet, 1);
        if (octet != 'T') continue;
        std::vector<uint8_t> head(6);
        get(head.data(), head.size());
        const uint8_t kind = head[0], number = head[1];
        const uint32_t length = word_at(&head[2]);
        if (length > max_payload) {
            refuse(number, "frame too long");
            std::exit(1);
        }
        std::vector<uint8_t> payload(length), check(4);
        get(payload.data(), length);
        get(check.data(), 4);
        const uint32_t crc = crc32(crc32(0, head.data(), head.size()), payload.data(), length);
        if (crc == word_at(check.data())) return {kind, number, std::move(payload)};
        refuse(number, "wrong checksum");
    }
}
