/*
 * The way of two wheels: one leg at a time, with limited speed and ramps, counted by encoders or by what was commanded.
 * takes  a leg, then motion_step() every 10 ms · gives  wheel speeds to board_wheels, the pose, per cent, the outcome
 * before  ./rover · after  ./board.h
 * units  mm, mm/s, thousandths of a degree, hundredths of a degree per second; forward and left positive
 */
#ifndef ROVER_MOTION_H
#define ROVER_MOTION_H

#include <stdbool.h>
#include <stdint.h>

#define STEP_MS 10

/* Measures and limits of the vehicle: -D on the compiler's command line changes them. */
#ifndef TRACK_MM /* between the wheels' middles */
#define TRACK_MM 150
#endif
#ifndef MAX_SPEED /* mm/s */
#define MAX_SPEED 400
#endif
#ifndef MAX_SPIN /* hundredths of a degree per second, at most 16000 */
#define MAX_SPIN 11500
#endif
#ifndef RAMP /* mm/s gained per 10 ms: 8 is 0.8 m/s² */
#define RAMP 8
#endif
#ifndef SPIN_RAMP /* the same for turns: 344 is 344 °/s² */
#define SPIN_RAMP 344
#endif
/* The harder ramps of an end that was not planned. */
#define BRAKE (RAMP * 4)
#define SPIN_BRAKE (SPIN_RAMP * 4)

typedef enum { GOING, ARRIVED, BLOCKED } outcome_t;

typedef struct {
  int32_t x, y;    /* µm */
  int32_t heading; /* thousandths of a degree, -180000 to 179999 */
  int16_t speed;   /* mm/s */
  int16_t spin;    /* hundredths of a degree per second */
  uint8_t percent;
} motion_t;

extern motion_t motion;

void motion_drive(int32_t centimetres);
void motion_turn(int32_t tenths);
/* False where no sensor can tell of the event. */
bool motion_until(bool backward, uint8_t event);
void motion_hold(uint32_t ms);

/* Gives up the leg: the wheels brake. */
void motion_drop(void);
/* Gives up the leg: the wheels stand now. */
void motion_cut(void);

/* Ten milliseconds on. */
outcome_t motion_step(void);

#endif
