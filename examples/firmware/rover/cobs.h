/* Consistent Overhead Byte Stuffing for at most 253 bytes: one byte more, and no zero in it. */
#ifndef ROVER_COBS_H
#define ROVER_COBS_H

#include <stdint.h>

/* Stuffs `length` bytes that stand at bytes[1]; bytes[0] is the room for the first code. The result is one byte longer. */
void cobs_stuff(uint8_t *bytes, uint8_t length);

/* Undoes it in place, for bytes without zeros. The length of what was stuffed, or 0 where that cannot be. */
uint8_t cobs_unstuff(uint8_t *bytes, uint8_t length);

#endif
