/*
 * The rules of the rover protocol (docs/rover-protocol.md), on the board's side: who is heard, what begins, what stops.
 * takes  bytes and the time · gives  answers through frame_send, motion through ./motion
 * before  a board's main.c · after  ./frame, ./motion
 */
#ifndef ROVER_ROVER_H
#define ROVER_ROVER_H

#include <stdint.h>

/* Frames that do something, for board_act. */
enum {
  DRIVE = 0x10,
  TURN = 0x11,
  DRIVE_UNTIL = 0x12,
  GOTO = 0x13,
  LOOK = 0x14,
  GRIP = 0x15,
  ARM = 0x16,
  LIGHT = 0x17,
  WAIT = 0x18,
  SAY = 0x19
};

/* `boot` should differ from the last start's. */
void rover_start(uint16_t boot);
/* One byte of the host; `now` in ms, of any beginning. */
void rover_hear(uint8_t byte, uint32_t now);
/* Every 10 ms. */
void rover_step(uint32_t now);
/* The emergency stop: a button on the vehicle may press it, too. */
void rover_stop(void);

#endif
