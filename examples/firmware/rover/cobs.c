/* Both ways in place, so that a small chip needs no second buffer. */
#include "cobs.h"

void cobs_stuff(uint8_t *bytes, uint8_t length) {
  uint8_t code = 0;
  for (uint8_t at = 1; at <= length; at++) {
    if (bytes[at] != 0) continue;
    bytes[code] = (uint8_t)(at - code);
    code = at;
  }
  bytes[code] = (uint8_t)(length + 1 - code);
}

uint8_t cobs_unstuff(uint8_t *bytes, uint8_t length) {
  uint8_t at = 0, to = 0;
  while (at < length) {
    uint8_t run = bytes[at++];
    if (run == 0 || run - 1 > length - at) return 0;
    while (--run) bytes[to++] = bytes[at++];
    if (at < length) bytes[to++] = 0;
  }
  return to;
}
