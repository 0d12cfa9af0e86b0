/*
 * What is wired to an Arduino Uno or Nano (ATmega328P, 16 MHz), and how it measures: change it here, or with -D.
 * Pins by their Arduino names: D0-D7 are PD0-PD7, D8-D13 PB0-PB5, A0-A5 PC0-PC5.
 */
#ifndef AVR_PARTS_H
#define AVR_PARTS_H

/* Motor driver (TB6612FNG, or L298 with its ENA/ENB on the speed pins). The speed pins belong to timer 0. */
#define LEFT_SPEED PD6  /* D6, OC0A */
#define RIGHT_SPEED PD5 /* D5, OC0B */
#define LEFT_FORWARD PD7 /* D7 */
#define LEFT_BACK PD4    /* D4 */
#define RIGHT_FORWARD PB0 /* D8 */
#define RIGHT_BACK PB4    /* D12 */
#define AWAKE PB2         /* D10: STBY of the TB6612 */

/* The smallest duty that turns a wheel, and the speed in mm/s at full duty. Measure both. */
#ifndef LEAST_DUTY
#define LEAST_DUTY 40
#endif
#ifndef FULL_SPEED
#define FULL_SPEED 600
#endif

#define LAMP PB5  /* D13, the LED on the board */
#define PAN PB1   /* D9, OC1A: a hobby servo that turns the camera; 1000 µs looks right, 2000 µs left */
#define BUTTON PC2 /* A2: a button to ground is the emergency stop */

/* 1 where encoders are on D2 (left) and D3 (right): one channel each, every edge counts. */
#ifndef ENCODERS
#define ENCODERS 0
#endif
/* Micrometres of way per edge: the wheel's circumference over the edges of one turn. */
#ifndef UM_PER_EDGE
#define UM_PER_EDGE 5100
#endif

/* 1 where an infrared obstacle sensor pulls A1 low in front of a wall. */
#ifndef WALL_SENSOR
#define WALL_SENSOR 0
#endif

/* Millivolts of the battery per step of the converter at A0 (divider 2:1, 5 V reference: 5000 / 1024 * 3 = 14.6); 0: not measured. */
#ifndef BATTERY_UV
#define BATTERY_UV 0
#endif

/* 1 where a piezo on D11 gives one beep per word of `say`. */
#ifndef BUZZER
#define BUZZER 0
#endif

#endif
