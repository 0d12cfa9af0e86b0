/* The same rules, in the same order, as the simulated board's (sdk/robot/simulated-rover/firmware.ts). */
#include "rover.h"

#include <stdbool.h>
#include <string.h>

#include "board.h"
#include "frame.h"
#include "motion.h"

enum { VERSION = 1, TELL_EVERY = 100 /* ms */, SHORTEST = 50, LONGEST = 10000, USUAL = 500 };
enum { HELLO = 0x01, TIMEOUT = 0x02, HEARTBEAT = 0x03, STOP = 0x04, RESET = 0x05, CANCEL = 0x06 };
enum { WELCOME = 0x81, ACK = 0x82, NACK = 0x83, TELEMETRY = 0x85, DONE = 0x86 };

/* Why not, as it travels; YES is answered with an ack, SILENT with nothing here. */
typedef enum { YES, UNKNOWN, PAYLOAD, RANGE, LATCHED, BUSY, GREET_FIRST, STALE, UNABLE, SILENT } answer_t;
typedef enum { NOTHING, RUNNING, FINISHED, WAS_STOPPED, WAS_LATE, WAS_BLOCKED, WAS_CANCELLED, WAS_REJECTED } result_t;

static uint16_t boot;
static bool greeted;
static uint32_t session;
static uint16_t timeout;
static bool latched;
static uint8_t latch;
/* The newest sequence number of a command, whatever became of it; the last command, and what became of that. */
static uint16_t seen, command;
static result_t result;
static answer_t refusal;
/* When the running command was last fed, and when telemetry was last sent. */
static uint32_t fed, told, clock_ms;

static uint16_t u16(const uint8_t *at) { return (uint16_t)(at[0] | (uint16_t)at[1] << 8); }
static uint32_t u32(const uint8_t *at) { return u16(at) | (uint32_t)u16(at + 2) << 16; }
static uint8_t *put16(uint8_t *at, uint16_t value) {
  *at++ = (uint8_t)value;
  *at++ = (uint8_t)(value >> 8);
  return at;
}
static uint8_t *put32(uint8_t *at, uint32_t value) { return put16(put16(at, (uint16_t)value), (uint16_t)(value >> 16)); }

static void tell(void) {
  if (!greeted) return;
  told = clock_ms;
  uint8_t payload[MAX_ANSWER], *at = payload;
  *at++ = latched;
  *at++ = latch;
  at = put16(at, command);
  *at++ = (uint8_t)result;
  *at++ = result == RUNNING ? motion.percent : 100;
  at = put32(at, (uint32_t)(motion.x / 1000));
  at = put32(at, (uint32_t)(motion.y / 1000));
  at = put16(at, (uint16_t)(motion.heading / 100));
  at = put16(at, (uint16_t)motion.speed);
  *at++ = (uint8_t)(motion.spin / 200);
  put16(at, board_battery());
  frame_send(TELEMETRY, 0, payload, sizeof payload);
}

static void say_done(void) {
  uint8_t payload = (uint8_t)result;
  frame_send(DONE, command, &payload, 1);
}

/* The motors first, the words afterwards. */
static void end(result_t how) {
  if (how == WAS_STOPPED || how == WAS_LATE) motion_cut();
  else if (how != FINISHED) motion_drop();
  result = how;
  tell();
  say_done();
}

static void see(uint16_t sequence, result_t how) {
  seen = command = sequence;
  result = how;
}

/* Later in the circle of 16-bit numbers. */
static bool newer(uint16_t a, uint16_t b) { return a != b && (uint16_t)(a - b) < 0x8000; }

void rover_start(uint16_t number) {
  boot = number;
  /* Another number than before the start, so that an old reset clears nothing. */
  latch = (uint8_t)(number * 53);
  timeout = USUAL;
  motion_cut();
}

void rover_stop(void) {
  motion_cut();
  if (!latched) latch++;
  latched = true;
  if (result == RUNNING) end(WAS_STOPPED);
  tell();
}

static answer_t greet(const frame_t *frame) {
  uint32_t wanted = u32(frame->payload + 1);
  if (!greeted || wanted != session) {
    if (result == RUNNING) end(WAS_CANCELLED);
    greeted = true;
    session = wanted;
    see(0, NOTHING);
  }
  uint8_t payload[8] = {VERSION};
  put16(put32(payload + 1, session), boot);
  frame_send(WELCOME, frame->sequence, payload, sizeof payload);
  tell();
  return SILENT;
}

/* Also one that comes before its command: that must not begin afterwards. */
static answer_t cancel(uint16_t sequence) {
  if (result == RUNNING) end(WAS_CANCELLED);
  if (newer(sequence, seen)) see(sequence, WAS_CANCELLED);
  return YES;
}

/* A command that was heard before: say again what became of it, and do nothing. */
static answer_t again(uint16_t sequence) {
  if (sequence != command) return STALE;
  if (result == WAS_REJECTED) return refusal;
  if (result == RUNNING) fed = clock_ms;
  else say_done();
  return YES;
}

static answer_t begin(const frame_t *frame) {
  const uint8_t *payload = frame->payload;
  int32_t amount = frame->length == 4 ? (int32_t)u32(payload) : 0;
  int16_t ms;
  switch (frame->id) {
    case DRIVE:
      motion_drive(amount);
      return YES;
    case TURN:
      motion_turn(amount);
      return YES;
    case DRIVE_UNTIL:
      return motion_until(payload[0] == 1, payload[1]) ? YES : UNABLE;
    case WAIT:
      motion_hold((uint32_t)amount * 100);
      return YES;
    case GOTO: /* It knows no map. */
      return UNABLE;
    default:
      ms = board_act(frame->id, payload, frame->length);
      if (ms < 0) return UNABLE;
      motion_hold((uint32_t)ms);
      return YES;
  }
}

static answer_t order(const frame_t *frame) {
  if (!newer(frame->sequence, seen)) return again(frame->sequence);
  if (result == RUNNING) {
    seen = frame->sequence;
    return BUSY;
  }
  see(frame->sequence, RUNNING);
  fed = clock_ms;
  answer_t answer = latched ? LATCHED : begin(frame);
  if (answer != YES) {
    result = WAS_REJECTED;
    refusal = answer;
  }
  return answer;
}

static bool within(const frame_t *frame, int32_t low, int32_t high) {
  int32_t value = (int32_t)u32(frame->payload);
  return value >= low && value <= high;
}

/* No cut, overlong, surrogate or too large character: text that is passed on must be text. */
static bool utf8(const uint8_t *at, uint8_t length) {
  while (length) {
    uint8_t first = *at++, more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    length--;
    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || more > length) return false;
    if (more && ((first == 0xE0 && *at < 0xA0) || (first == 0xED && *at > 0x9F) || (first == 0xF0 && *at < 0x90) ||
                 (first == 0xF4 && *at > 0x8F)))
      return false;
    for (; more; more--, length--)
      if ((*at++ & 0xC0) != 0x80) return false;
  }
  return true;
}

/* Is the payload what this id asks for? */
static answer_t check(const frame_t *frame) {
  static const uint8_t words[] = {16, 6, 2, 3, 2}; /* goto, look, grip, arm, light */
  const uint8_t *payload = frame->payload;
  uint8_t length = frame->length;
  switch (frame->id) {
    case HELLO:
      return length == 5 ? YES : PAYLOAD;
    case TIMEOUT:
      return length == 2 ? YES : PAYLOAD;
    case RESET:
      return length == 1 ? YES : PAYLOAD;
    case HEARTBEAT:
    case CANCEL:
      return length == 0 ? YES : PAYLOAD;
    case DRIVE:
      return length != 4 ? PAYLOAD : within(frame, -2000, 2000) ? YES : RANGE;
    case TURN:
      return length != 4 ? PAYLOAD : within(frame, -7200, 7200) ? YES : RANGE;
    case WAIT:
      return length != 4 ? PAYLOAD : within(frame, 0, 36000) ? YES : RANGE;
    case DRIVE_UNTIL:
      return length != 2 ? PAYLOAD : payload[0] < 2 && payload[1] < 5 ? YES : RANGE;
    case SAY:
      return length > 0 && utf8(payload, length) ? YES : RANGE;
    default:
      if (frame->id < GOTO || frame->id > LIGHT) return UNKNOWN;
      return length != 1 ? PAYLOAD : payload[0] < words[frame->id - GOTO] ? YES : RANGE;
  }
}

static answer_t answer_to(const frame_t *frame) {
  /* Stopping must not fail over a detail: whatever its payload, and whoever says it. */
  if (frame->id == STOP) {
    rover_stop();
    return YES;
  }
  answer_t answer = check(frame);
  if (answer != YES) return answer;
  if (frame->id == HELLO) return greet(frame);
  if (!greeted) return GREET_FIRST;
  switch (frame->id) {
    case TIMEOUT:
      timeout = u16(frame->payload);
      timeout = timeout < SHORTEST ? SHORTEST : timeout > LONGEST ? LONGEST : timeout;
      return YES;
    case HEARTBEAT:
      if (result == RUNNING && frame->sequence == command) fed = clock_ms;
      tell();
      return SILENT;
    case RESET:
      if (frame->payload[0] != latch) return STALE;
      latched = false;
      return YES;
    case CANCEL:
      return cancel(frame->sequence);
    default:
      return order(frame);
  }
}

void rover_hear(uint8_t byte, uint32_t now) {
  frame_t frame;
  clock_ms = now;
  if (!frame_take(byte, &frame)) return;
  uint8_t payload[2] = {frame.id};
  answer_t answer = answer_to(&frame);
  if (answer == SILENT) return;
  payload[1] = answer == YES ? latch : (uint8_t)answer;
  frame_send(answer == YES ? ACK : NACK, frame.sequence, payload, sizeof payload);
}

void rover_step(uint32_t now) {
  clock_ms = now;
  /* Ends one step early rather than one too late: the wheels stand within the time. */
  if (result == RUNNING && now - fed + STEP_MS >= timeout) end(WAS_LATE);
  outcome_t outcome = motion_step();
  if (result == RUNNING && outcome != GOING) end(outcome == ARRIVED ? FINISHED : WAS_BLOCKED);
  if (now - told >= TELL_EVERY) tell();
}
