/* CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, no reflection; "123456789" gives 0x29B1. */
#ifndef ROVER_CRC_H
#define ROVER_CRC_H

#include <stdint.h>

uint16_t crc16(const uint8_t *bytes, uint8_t length);

#endif
