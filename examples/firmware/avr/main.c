/*
 * A rover on an ATmega328P at 16 MHz (Arduino Uno, Nano): the rover protocol at 115200 baud, two motors, and little else.
 * takes  bytes at the UART · gives  PWM and direction at the pins of parts.h
 * after  ../rover (all rules), avr-libc; no Arduino code
 * The hardware watchdog restarts a hung processor after 250 ms, and every start begins with the motors off.
 */
#include <avr/eeprom.h>
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
#include <stdlib.h>
#include <util/atomic.h>

#include "board.h"
#include "motion.h"
#include "parts.h"
#include "rover.h"

/* Rings of 256 bytes: the indices go round by themselves. One place stays empty. */
static volatile uint8_t heard[256], heard_in, heard_out;
static volatile uint8_t said[256], said_in, said_out;
static volatile uint32_t clock_ms;
static volatile uint16_t edges_left, edges_right;
static uint16_t beeps; /* steps of the buzzer that are left */

/* Before anything else: after its own reset the watchdog still runs, at its shortest time. */
void quiet_watchdog(void) __attribute__((naked, used, section(".init3")));
void quiet_watchdog(void) {
  MCUSR = 0;
  wdt_disable();
}

ISR(TIMER2_COMPA_vect) { clock_ms++; }

ISR(USART_RX_vect) {
  uint8_t byte = UDR0;
  if ((uint8_t)(heard_in + 1) == heard_out) return; /* Full: the frame's check will tell. */
  heard[heard_in++] = byte;
}

/* Armed only while there is something to say. */
ISR(USART_UDRE_vect) {
  UDR0 = said[said_out++];
  if (said_out == said_in) UCSR0B &= (uint8_t)~_BV(UDRIE0);
}

ISR(INT0_vect) { edges_left++; }
ISR(INT1_vect) { edges_right++; }

static uint32_t now(void) {
  uint32_t ms;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) ms = clock_ms;
  return ms;
}

void board_send(const uint8_t *bytes, uint8_t length) {
  if ((uint8_t)(said_out - said_in - 1) < length) return;
  for (uint8_t at = 0; at < length; at++) said[(uint8_t)(said_in + at)] = bytes[at];
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    said_in = (uint8_t)(said_in + length);
    if (said_in != said_out) UCSR0B |= _BV(UDRIE0);
  }
}

static uint8_t duty(int16_t speed) {
  if (speed == 0) return 0;
  uint16_t wish = (uint16_t)(LEAST_DUTY + (int32_t)abs(speed) * (255 - LEAST_DUTY) / FULL_SPEED);
  return wish > 255 ? 255 : (uint8_t)wish;
}

static void set(volatile uint8_t *port, uint8_t pin, bool high) {
  if (high) *port |= (uint8_t)_BV(pin);
  else *port &= (uint8_t)~_BV(pin);
}

/* Both direction pins high is the brake. The duty falls before the direction changes. */
void board_wheels(int16_t left, int16_t right) {
  if (left == 0) OCR0A = 0;
  if (right == 0) OCR0B = 0;
  set(&PORTD, LEFT_FORWARD, left >= 0);
  set(&PORTD, LEFT_BACK, left <= 0);
  set(&PORTB, RIGHT_FORWARD, right >= 0);
  set(&PORTB, RIGHT_BACK, right <= 0);
  OCR0A = duty(left);
  OCR0B = duty(right);
}

bool board_travel(int32_t *left, int32_t *right) {
#if ENCODERS
  uint16_t l, r;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    l = edges_left;
    r = edges_right;
    edges_left = edges_right = 0;
  }
  /* One channel tells no direction: it is the commanded one. */
  int16_t turn = motion.spin;
  bool l_back = motion.speed < 0 || turn > 0, r_back = motion.speed < 0 || turn < 0;
  *left = (int32_t)l * (l_back ? -UM_PER_EDGE : UM_PER_EDGE);
  *right = (int32_t)r * (r_back ? -UM_PER_EDGE : UM_PER_EDGE);
  return true;
#else
  (void)left;
  (void)right;
  return false;
#endif
}

int8_t board_sees(uint8_t event) {
#if WALL_SENSOR
  if (event == SEES_WALL) return !(PINC & _BV(PC1));
#else
  (void)event;
#endif
  return -1;
}

int16_t board_act(uint8_t id, const uint8_t *payload, uint8_t length) {
  (void)length;
  if (id == LIGHT) {
    set(&PORTB, LAMP, payload[0] == 0);
    return 0;
  }
  /* Ahead, left, right; it has no tilt, and no neck to look behind. */
  if (id == LOOK && payload[0] <= 2) {
    OCR1A = payload[0] == 0 ? 3000 : payload[0] == 1 ? 4000 : 2000;
    TCCR1A |= _BV(COM1A1);
    return 500;
  }
#if BUZZER
  if (id == SAY) {
    uint8_t words = 1;
    for (uint8_t at = 1; at < length; at++) words += payload[at] == ' ';
    beeps = (uint16_t)words * 30;
    return (int16_t)(beeps * STEP_MS);
  }
#endif
  return -1;
}

uint16_t board_battery(void) {
#if BATTERY_UV
  /* The converter runs freely: the last value is there. */
  return (uint16_t)((uint32_t)ADC * BATTERY_UV / 1000);
#else
  return 0;
#endif
}

static void open_pins(void) {
  DDRD = _BV(LEFT_SPEED) | _BV(RIGHT_SPEED) | _BV(LEFT_FORWARD) | _BV(LEFT_BACK);
  DDRB = _BV(RIGHT_FORWARD) | _BV(RIGHT_BACK) | _BV(AWAKE) | _BV(LAMP) | _BV(PAN) | _BV(PB3);
  PORTC = _BV(BUTTON) | _BV(PC1);
  /* Timer 0: both speeds, phase-correct, 3.9 kHz; a duty of 0 is a low pin. */
  TCCR0A = _BV(COM0A1) | _BV(COM0B1) | _BV(WGM00);
  TCCR0B = _BV(CS01);
  /* Timer 1: the servo's 50 Hz in half microseconds; silent until it is asked to look. */
  ICR1 = 39999;
  TCCR1A = _BV(WGM11);
  TCCR1B = _BV(WGM13) | _BV(WGM12) | _BV(CS11);
  /* Timer 2: a millisecond. */
  OCR2A = 249;
  TCCR2A = _BV(WGM21);
  TCCR2B = _BV(CS22);
  TIMSK2 = _BV(OCIE2A);
#if ENCODERS
  EICRA = _BV(ISC00) | _BV(ISC10);
  EIMSK = _BV(INT0) | _BV(INT1);
#endif
#if BATTERY_UV
  ADMUX = _BV(REFS0);
  ADCSRB = 0;
  ADCSRA = _BV(ADEN) | _BV(ADSC) | _BV(ADATE) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0);
#endif
  /* 115200 baud (117647 in truth, 2.1 % off, as on every board with this crystal). */
  UBRR0 = 16;
  UCSR0A = _BV(U2X0);
  UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
  UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

static uint16_t count_start(void) {
  static uint16_t *const place = 0;
  uint16_t number = (uint16_t)(eeprom_read_word(place) + 1);
  eeprom_write_word(place, number);
  return number;
}

static void step(void) {
  if (!(PINC & _BV(BUTTON))) rover_stop();
  rover_step(now());
  set(&PORTB, PB3, beeps % 30 >= 15);
  if (beeps) beeps--;
}

int main(void) {
  board_wheels(0, 0);
  open_pins();
  rover_start(count_start());
  set(&PORTB, AWAKE, true);
  wdt_enable(WDTO_250MS);
  sei();
  uint8_t stepped = 0;
  for (;;) {
    /* The clock comes first: no flood of bytes can keep the wheels from being watched. Both feed the watchdog. */
    if ((uint8_t)((uint8_t)clock_ms - stepped) >= STEP_MS) {
      stepped = (uint8_t)(stepped + STEP_MS);
      step();
      wdt_reset();
    } else if (heard_out != heard_in) {
      rover_hear(heard[heard_out++], now());
    } else {
      /* Sleeps until the next interrupt; one that comes before the instruction is not lost. */
      cli();
      if (heard_out == heard_in) {
        sleep_enable();
        sei();
        sleep_cpu();
        sleep_disable();
      }
      sei();
    }
  }
}
