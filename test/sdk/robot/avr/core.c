/*
 * The firmware's shared core on this machine, under seeded hostile bytes: frames of every kind, whole, damaged, cut, noise.
 * takes  seed, rounds · gives  what was done, or the first broken rule and status 1
 * It judges by its own reading of the bytes and by the wheels; of the firmware's words it takes the number of a stop only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "motion.h"
#include "rover.h"

static uint32_t seed;
static uint32_t now = 0xFFFFF000u; /* The clock goes round soon. */
static int16_t left, right;
static bool held;
static uint8_t stop_number;
/* The last word that keeps a command alive, and the last that ends one on a ramp. */
static uint32_t fed, ended, timeout = 500;
static unsigned long moved, stops, accepted, answers, steps;

static uint32_t random_below(uint32_t limit) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed % limit;
}

static void broken(const char *rule) {
  printf("broken: %s (step %lu)\n", rule, steps);
  exit(1);
}

static uint16_t check(const uint8_t *bytes, int length) {
  uint32_t crc = 0xFFFF;
  for (int bit = 0; bit < length * 8; bit++) {
    uint32_t in = bytes[bit / 8] >> (7 - bit % 8) & 1;
    crc = (crc << 1) ^ ((crc >> 15 ^ in) & 1 ? 0x1021u : 0);
    crc &= 0xFFFF;
  }
  return (uint16_t)crc;
}

/* A frame between two zeros, read by other code than the firmware's. Its length, or 0. */
static int read(const uint8_t *bytes, int length, uint8_t *body) {
  int size = 0;
  for (int at = 0; at < length;) {
    int run = bytes[at];
    if (at + run > length) return 0;
    for (int i = 1; i < run; i++) body[size++] = bytes[at + i];
    at += run;
    if (at < length) body[size++] = 0;
  }
  if (size < 5 || size > 165 || check(body, size - 2) != (body[size - 2] | body[size - 1] << 8)) return 0;
  return size - 2;
}

void board_send(const uint8_t *bytes, uint8_t length) {
  uint8_t body[256];
  int size = read(bytes + 1, length - 2, body);
  if (bytes[0] != 0 || bytes[length - 1] != 0 || size == 0) broken("a damaged answer");
  answers++;
  if (body[0] == 0x82 && body[3] == 0x04) stop_number = body[4];
}

void board_wheels(int16_t l, int16_t r) {
  left = l;
  right = r;
  if (abs(l) > MAX_SPEED + 200 || abs(r) > MAX_SPEED + 200) broken("faster than allowed");
}

bool board_travel(int32_t *l, int32_t *r) {
  (void)l;
  (void)r;
  return false;
}
int8_t board_sees(uint8_t event) { return event == SEES_WALL ? random_below(200) == 0 : event == SEES_LINE ? 0 : -1; }
int16_t board_act(uint8_t id, const uint8_t *payload, uint8_t length) {
  unsigned sum = id;
  for (uint8_t at = 0; at < length; at++) sum += payload[at];
  return (int16_t)(sum % 3 ? (int)(sum % 700) : -1);
}
uint16_t board_battery(void) { return 12000; }

/* What reaches the board, as this side understands it. */
static void judge(const uint8_t *body, int length) {
  uint8_t id = body[0];
  accepted++;
  if (id == 0x02 && length == 5) {
    timeout = body[3] | (uint32_t)body[4] << 8;
    timeout = timeout < 50 ? 50 : timeout > 10000 ? 10000 : timeout;
  }
  if (id == 0x03 || (id >= 0x10 && id <= 0x19)) fed = now;
  if (id == 0x01 || id == 0x06) ended = now;
  if (id == 0x04) {
    held = true;
    stops++;
  }
  if (id == 0x05 && length == 4 && body[3] == stop_number) held = false;
}

static uint8_t line[512];
static int filled;

static void byte_to_board(uint8_t byte) {
  uint8_t body[512];
  int length = 0;
  if (byte) {
    if (filled < (int)sizeof line) line[filled++] = byte;
  } else {
    if (filled > 0 && filled <= 166) length = read(line, filled, body);
    filled = 0;
  }
  if (length) judge(body, length);
  rover_hear(byte, now);
  if (length && body[0] == 0x04 && (left || right)) broken("wheels turn after a stop was heard");
}

static void frame(uint8_t id, uint16_t sequence, const uint8_t *payload, int length) {
  uint8_t body[200], out[210];
  int size = 3 + length, code = 0, to = 1;
  body[0] = id;
  body[1] = (uint8_t)sequence;
  body[2] = (uint8_t)(sequence >> 8);
  memcpy(body + 3, payload, (size_t)length);
  uint16_t crc = check(body, size);
  body[size++] = (uint8_t)crc;
  body[size++] = (uint8_t)(crc >> 8);
  for (int at = 0; at < size; at++) {
    if (body[at]) {
      out[to++] = body[at];
      continue;
    }
    out[code] = (uint8_t)(to - code);
    code = to++;
  }
  out[code] = (uint8_t)(to - code);
  int harm = (int)random_below(10);
  if (harm == 0) out[random_below((uint32_t)to)] = (uint8_t)random_below(256);
  if (harm == 1) to = (int)random_below((uint32_t)to);
  if (harm != 2) byte_to_board(0);
  for (int at = 0; at < to; at++) byte_to_board(out[at]);
  byte_to_board(0);
  if (harm == 3) {
    for (int at = 0; at < to; at++) byte_to_board(out[at]);
    byte_to_board(0);
  }
}

static void speak(void) {
  static uint16_t sequence = 1;
  static const uint8_t ids[] = {1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 6, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x20};
  uint8_t payload[160];
  uint8_t id = ids[random_below(sizeof ids)];
  int length = 0;
  for (int at = 0; at < 160; at++) payload[at] = (uint8_t)random_below(random_below(4) ? 5 : 256);
  if (id == 1) length = 5;
  if (id == 2) length = 2;
  if (id == 5) length = 1, payload[0] = random_below(4) ? stop_number : payload[0];
  if (id == 0x10 || id == 0x11 || id == 0x18) {
    int32_t wish = (int32_t)random_below(id == 0x10 ? 4100 : 15000) - (id == 0x10 ? 2050 : id == 0x11 ? 7500 : 100);
    for (int at = 0; at < 4; at++) payload[at] = (uint8_t)((uint32_t)wish >> (8 * at));
    length = 4;
  }
  if (id == 0x12) length = 2;
  if (id >= 0x13 && id <= 0x17) length = 1;
  if (id == 0x19) length = (int)random_below(161);
  if (random_below(20) == 0) length = (int)random_below(161);
  if (id >= 0x10 && random_below(5)) sequence++;
  if (random_below(200) == 0) sequence = (uint16_t)random_below(65536);
  frame(id, sequence, payload, length);
}

int main(int count, char **given) {
  seed = count > 1 ? (uint32_t)strtoul(given[1], NULL, 10) | 1 : 1;
  unsigned long rounds = count > 2 ? strtoul(given[2], NULL, 10) : 10000;
  rover_start((uint16_t)seed);
  fed = ended = now;
  uint8_t greeting[5] = {1, 1, 2, 3, 4};
  frame(1, 1, greeting, 5);
  for (steps = 0; steps < rounds; steps++) {
    uint32_t what = random_below(20);
    if (what < 6) speak();
    if (what == 6)
      for (uint32_t noise = random_below(400); noise; noise--) byte_to_board((uint8_t)random_below(256));
    /* Now and then a host that says nothing for a long while. */
    for (uint32_t quiet = random_below(300) ? 1 : random_below(1200); quiet; quiet--) {
      now += STEP_MS;
      rover_step(now);
      if (!left && !right) continue;
      moved++;
      if (held) broken("wheels turn while a stop holds");
      if (now - fed > timeout && now - ended > 150) broken("wheels turn after the stop-after time");
    }
  }
  printf("%lu steps, %lu with turning wheels, %lu frames heard, %lu stops, %lu answers\n", rounds, moved, accepted, stops, answers);
  return moved && stops ? 0 : 1;
}
