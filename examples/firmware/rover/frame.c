/* One buffer for what is being heard, one small one on the stack for what is said. */
#include "frame.h"

#include <string.h>

#include "board.h"
#include "cobs.h"
#include "crc.h"

enum { HEADER = 3, CHECK = 2, MAX_STUFFED = HEADER + MAX_PAYLOAD + CHECK + 1 };

static uint8_t held[MAX_STUFFED];
static uint8_t count;
static bool too_long;

bool frame_take(uint8_t byte, frame_t *frame) {
  if (byte != 0) {
    if (count < MAX_STUFFED) held[count++] = byte;
    else too_long = true;
    return false;
  }
  uint8_t length = too_long ? 0 : cobs_unstuff(held, count);
  count = 0;
  too_long = false;
  if (length < HEADER + CHECK) return false;
  length -= CHECK;
  if ((uint16_t)(held[length] | (uint16_t)held[length + 1] << 8) != crc16(held, length)) return false;
  frame->id = held[0];
  frame->sequence = (uint16_t)(held[1] | (uint16_t)held[2] << 8);
  frame->length = (uint8_t)(length - HEADER);
  frame->payload = held + HEADER;
  return true;
}

void frame_send(uint8_t id, uint16_t sequence, const uint8_t *payload, uint8_t length) {
  /* Zero, COBS code, body, zero. */
  uint8_t out[2 + HEADER + MAX_ANSWER + CHECK + 1];
  uint8_t *body = out + 2;
  if (length > MAX_ANSWER) return;
  body[0] = id;
  body[1] = (uint8_t)sequence;
  body[2] = (uint8_t)(sequence >> 8);
  memcpy(body + HEADER, payload, length);
  uint8_t size = (uint8_t)(HEADER + length);
  uint16_t crc = crc16(body, size);
  body[size++] = (uint8_t)crc;
  body[size++] = (uint8_t)(crc >> 8);
  cobs_stuff(out + 1, size);
  out[0] = 0;
  out[size + 2] = 0;
  board_send(out, (uint8_t)(size + 3));
}
