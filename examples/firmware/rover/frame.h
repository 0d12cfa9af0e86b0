/*
 * Frames of the rover protocol (docs/rover-protocol.md): 00 · COBS( id, sequence u16, payload 0-160, crc u16 ) · 00.
 * takes  bytes of any quality, one by one · gives  whole frames; sends frames through board_send
 * before  ./rover · after  ./cobs, ./crc
 */
#ifndef ROVER_FRAME_H
#define ROVER_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define MAX_PAYLOAD 160
/* The longest payload that a board sends: telemetry. */
#define MAX_ANSWER 21

typedef struct {
  uint8_t id;
  uint16_t sequence;
  uint8_t length;
  /* Holds until the next byte is taken. */
  const uint8_t *payload;
} frame_t;

/* True when this byte has ended a good frame. Damaged, long and short ones are dropped without a word. */
bool frame_take(uint8_t byte, frame_t *frame);

void frame_send(uint8_t id, uint16_t sequence, const uint8_t *payload, uint8_t length);

#endif
