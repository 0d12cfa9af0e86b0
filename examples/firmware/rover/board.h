/*
 * What a board must do for the rover: the one contract that each board's main.c fulfils.
 * before  ./rover, ./motion · after  the chip's registers or SDK
 * Nothing here may wait: a function that cannot act now does not act.
 */
#ifndef ROVER_BOARD_H
#define ROVER_BOARD_H

#include <stdbool.h>
#include <stdint.h>

/* Events of drive_until, as they travel. */
enum { SEES_WALL, SEES_PERSON, SEES_LINE, SEES_EDGE, SEES_SOUND };

/* Sends all of it, or nothing where there is no room: the host repeats what it misses. */
void board_send(const uint8_t *bytes, uint8_t length);

/* Wheel speeds in mm/s, forward positive. 0 holds the wheel still. Called every 10 ms, and at once to stop. */
void board_wheels(int16_t left, int16_t right);

/* Measured way of each wheel since the last call, in micrometres. False where there are no encoders. */
bool board_travel(int32_t *left, int32_t *right);

/* 1 while the event is there, 0 while not, -1 where no sensor can tell. */
int8_t board_sees(uint8_t event);

/* Look, grip, arm, light or say (checked payload). Milliseconds until it is done, or -1 where there is no such part. */
int16_t board_act(uint8_t id, const uint8_t *payload, uint8_t length);

/* Millivolts of the battery; 0 where nobody measures it. */
uint16_t board_battery(void);

#endif
