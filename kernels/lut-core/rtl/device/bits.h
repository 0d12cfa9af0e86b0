// Fields of a verilated port, whatever verilator made of it: an integer of up to 64 bits, or an array of 32-bit words.
#pragma once
#include <cstdint>

#include "verilated.h"

template <std::size_t WORDS>
void put(VlWide<WORDS>& port, unsigned at, unsigned bits, uint32_t value) {
    for (unsigned b = 0; b < bits; b++, at++) {
        const uint32_t one = uint32_t{1} << (at % 32);
        if (value >> b & 1) port[at / 32] |= one;
        else port[at / 32] &= ~one;
    }
}

template <typename Integer>
void put(Integer& port, unsigned at, unsigned bits, uint32_t value) {
    const uint64_t mask = (uint64_t{1} << bits) - 1;
    port = static_cast<Integer>((port & ~(mask << at)) | ((value & mask) << at));
}

template <std::size_t WORDS>
uint32_t take(const VlWide<WORDS>& port, unsigned at, unsigned bits) {
    uint64_t both = port[at / 32];
    if (at / 32 + 1 < WORDS) both |= uint64_t{port[at / 32 + 1]} << 32;
    return static_cast<uint32_t>(both >> (at % 32) & ((uint64_t{1} << bits) - 1));
}

template <typename Integer>
uint32_t take(const Integer& port, unsigned at, unsigned bits) {
    return static_cast<uint32_t>(static_cast<uint64_t>(port) >> at & ((uint64_t{1} << bits) - 1));
}
