/* Whole numbers on the way; the sine and cosine of the pose are the only floats, and decide nothing. */
#include "motion.h"

#include <math.h>
#include <stdlib.h>

#include "board.h"

typedef enum { NONE, DRIVE, TURN, UNTIL, HOLD } leg_t;

/* Slower than this it would never arrive: mm/s, hundredths of a degree per second. */
enum { CREEP = 10, SPIN_CREEP = 120 };
/* Steps without a tick of an encoder, at speed, that mean a blocked wheel. */
enum { STALLED = 100 };

/* A thousandth of a degree. */
#define RADIANS 1.7453293e-5f

motion_t motion;
static leg_t leg;
/* What is left of the leg and what it was: µm, thousandths of a degree, or ms. */
static int32_t left, total;
static int8_t sign;
static uint8_t event;
static bool met;
static uint8_t still;

static void begin(leg_t kind, int32_t size) {
  leg = kind;
  left = total = size;
  met = false;
  still = 0;
  motion.percent = 0;
}

void motion_drive(int32_t centimetres) { begin(DRIVE, centimetres * 10000); }
void motion_turn(int32_t tenths) { begin(TURN, tenths * 100); }
void motion_hold(uint32_t ms) { begin(HOLD, (int32_t)ms); }

bool motion_until(bool backward, uint8_t wanted) {
  if (board_sees(wanted) < 0) return false;
  begin(UNTIL, 1);
  sign = backward ? -1 : 1;
  event = wanted;
  return true;
}

void motion_drop(void) { leg = NONE; }

void motion_cut(void) {
  leg = NONE;
  motion.speed = motion.spin = 0;
  board_wheels(0, 0);
}

static uint16_t root(uint32_t square) {
  uint16_t result = 0;
  for (uint16_t bit = 0x8000; bit; bit >>= 1) {
    uint16_t wish = result | bit;
    if ((uint32_t)wish * wish <= square) result = wish;
  }
  return result;
}

static int16_t towards(int16_t now, int16_t goal, int16_t most) {
  if (abs(goal - now) <= most) return goal;
  return (int16_t)(goal > now ? now + most : now - most);
}

/* The speed from which the ramp (per 10 ms) still ends at the goal, nine tenths of it for safety; `far` in thousandths. */
static int16_t reach(int32_t far, int32_t ramp, int16_t creep, int16_t most) {
  int32_t units = (int32_t)labs(far) / 10;
  /* v² = 2·a·s; beyond this it is faster than allowed anyhow, and would not fit. */
  if (units > (int32_t)most * most / (18 * ramp / 10)) return most;
  int16_t speed = (int16_t)root((uint32_t)(units * 18 * ramp / 10));
  return speed < creep ? creep : speed > most ? most : speed;
}

static void aim(int16_t *speed, int16_t *spin) {
  *speed = *spin = 0;
  if (leg == UNTIL && !met) *speed = (int16_t)(sign * MAX_SPEED);
  if (leg == DRIVE) *speed = (int16_t)((left < 0 ? -1 : 1) * reach(left, RAMP, CREEP, MAX_SPEED));
  /* Spins count in hundredths, the way in thousandths. */
  if (leg == TURN) *spin = (int16_t)((left < 0 ? -1 : 1) * reach(left * 100, SPIN_RAMP, SPIN_CREEP, MAX_SPIN));
}

/* Moves the pose; gives what of the leg this step has done. False where a wheel does not turn. */
static bool travel(int32_t *forward, int32_t *turned) {
  int32_t l, r;
  if (board_travel(&l, &r)) {
    *forward = (l + r) / 2;
    *turned = (int32_t)((r - l) * 57296L / (TRACK_MM * 1000L));
    bool turns = l != 0 || r != 0 || (motion.speed == 0 && motion.spin == 0);
    still = turns ? 0 : (uint8_t)(still + 1);
  } else {
    *forward = (int32_t)motion.speed * STEP_MS;
    *turned = motion.spin / 10;
  }
  if (*forward || *turned) {
    float radians = (float)motion.heading * RADIANS;
    motion.x += (int32_t)((float)*forward * cosf(radians));
    motion.y += (int32_t)((float)*forward * sinf(radians));
    motion.heading += *turned;
    if (motion.heading >= 180000) motion.heading -= 360000;
    if (motion.heading < -180000) motion.heading += 360000;
  }
  return still < STALLED;
}

outcome_t motion_step(void) {
  int16_t speed, spin;
  aim(&speed, &spin);
  motion.speed = towards(motion.speed, speed, speed == 0 ? BRAKE : RAMP);
  motion.spin = towards(motion.spin, spin, leg == NONE ? SPIN_BRAKE : SPIN_RAMP);
  int16_t turn = (int16_t)((int32_t)motion.spin * TRACK_MM / 11459);
  board_wheels((int16_t)(motion.speed - turn), (int16_t)(motion.speed + turn));

  int32_t forward, turned;
  bool free_way = travel(&forward, &turned);
  if (leg == NONE) return GOING;
  bool wall = motion.speed > 0 && board_sees(SEES_WALL) == 1;
  if (!free_way || (wall && !(leg == UNTIL && event == SEES_WALL))) {
    motion_cut();
    return BLOCKED;
  }
  if (leg == UNTIL) {
    met = met || board_sees(event) == 1;
    if (!met || motion.speed != 0) return GOING;
  } else {
    int32_t before = left;
    left -= leg == DRIVE ? forward : leg == TURN ? turned : STEP_MS;
    int32_t ahead = (int32_t)(labs(left) / (labs(total) / 99 + 1));
    motion.percent = (uint8_t)(ahead > 99 ? 0 : 99 - ahead);
    if (left != 0 && before != 0 && (left < 0) == (before < 0)) return GOING;
  }
  motion.percent = 100;
  motion_cut();
  return ARRIVED;
}
