/*
 * A rover on a Raspberry Pi Pico (RP2040): the rover protocol at 115200 baud on UART 0, two motors, and little else.
 * takes  bytes at GP1 · gives  PWM and direction at the pins below
 * after  ../rover (all rules), pico-sdk
 * The hardware watchdog restarts a hung processor after 250 ms, and every start begins with the motors off.
 */
#include <stdlib.h>

#include "board.h"
#include "hardware/clocks.h"
#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/pwm.h"
#include "hardware/uart.h"
#include "hardware/watchdog.h"
#include "motion.h"
#include "pico/stdlib.h"
#include "rover.h"

enum { SAY_PIN = 0, HEAR_PIN = 1, LEFT_SPEED = 2, LEFT_FORWARD = 3, LEFT_BACK = 4, AWAKE = 5 };
enum { RIGHT_SPEED = 6, RIGHT_FORWARD = 7, RIGHT_BACK = 8, PAN = 10, BUTTON = 15, LAMP = 25 };

/* The smallest duty of 1000 that turns a wheel, and the speed in mm/s at full duty. Measure both. */
#ifndef LEAST_DUTY
#define LEAST_DUTY 160
#endif
#ifndef FULL_SPEED
#define FULL_SPEED 600
#endif
enum { DUTIES = 1000, SERVO_PERIOD = 20000 /* µs */ };

/* Rings of 256 bytes: the indices go round by themselves. One place stays empty. */
static volatile uint8_t heard[256], heard_in, heard_out;
static volatile uint8_t said[256], said_in, said_out;

/* Both ways of the UART. It sends only while there is something to say. */
static void on_uart(void) {
  while (uart_is_readable(uart0)) {
    uint8_t byte = (uint8_t)uart_getc(uart0);
    if ((uint8_t)(heard_in + 1) != heard_out) heard[heard_in++] = byte;
  }
  while (said_out != said_in && uart_is_writable(uart0)) uart_putc_raw(uart0, (char)said[said_out++]);
  uart_set_irq_enables(uart0, true, said_out != said_in);
}

void board_send(const uint8_t *bytes, uint8_t length) {
  if ((uint8_t)(said_out - said_in - 1) < length) return;
  irq_set_enabled(UART0_IRQ, false);
  while (length--) said[said_in++] = *bytes++;
  /* The interrupt comes when the FIFO runs low: the first bytes must be put in by hand. */
  on_uart();
  irq_set_enabled(UART0_IRQ, true);
}

static uint16_t duty(int16_t speed) {
  if (speed == 0) return 0;
  int wish = LEAST_DUTY + abs(speed) * (DUTIES - LEAST_DUTY) / FULL_SPEED;
  return (uint16_t)(wish > DUTIES ? DUTIES : wish);
}

/* Both direction pins high is the brake. The duty falls before the direction changes. */
void board_wheels(int16_t left, int16_t right) {
  if (left == 0) pwm_set_gpio_level(LEFT_SPEED, 0);
  if (right == 0) pwm_set_gpio_level(RIGHT_SPEED, 0);
  gpio_put(LEFT_FORWARD, left >= 0);
  gpio_put(LEFT_BACK, left <= 0);
  gpio_put(RIGHT_FORWARD, right >= 0);
  gpio_put(RIGHT_BACK, right <= 0);
  pwm_set_gpio_level(LEFT_SPEED, duty(left));
  pwm_set_gpio_level(RIGHT_SPEED, duty(right));
}

bool board_travel(int32_t *left, int32_t *right) {
  (void)left;
  (void)right;
  return false;
}

int8_t board_sees(uint8_t event) {
  (void)event;
  return -1;
}

int16_t board_act(uint8_t id, const uint8_t *payload, uint8_t length) {
  (void)length;
  if (id == LIGHT) {
    gpio_put(LAMP, payload[0] == 0);
    return 0;
  }
  /* Ahead, left, right; it has no tilt, and no neck to look behind. */
  if (id == LOOK && payload[0] <= 2) {
    gpio_set_function(PAN, GPIO_FUNC_PWM);
    pwm_set_gpio_level(PAN, payload[0] == 0 ? 1500 : payload[0] == 1 ? 2000 : 1000);
    return 500;
  }
  return -1;
}

uint16_t board_battery(void) { return 0; }

/* A slice that counts microseconds up to `wrap`. Wheels: 1 kHz; servo: 50 Hz. */
static void open_pwm(uint pin, uint16_t wrap) {
  pwm_config config = pwm_get_default_config();
  pwm_config_set_clkdiv_int(&config, clock_get_hz(clk_sys) / 1000000);
  pwm_config_set_wrap(&config, (uint16_t)(wrap - 1));
  pwm_init(pwm_gpio_to_slice_num(pin), &config, true);
  pwm_set_gpio_level(pin, 0);
}

static void open_pins(void) {
  static const uint8_t outputs[] = {LEFT_FORWARD, LEFT_BACK, RIGHT_FORWARD, RIGHT_BACK, AWAKE, LAMP};
  for (unsigned at = 0; at < sizeof outputs; at++) {
    gpio_init(outputs[at]);
    gpio_set_dir(outputs[at], GPIO_OUT);
  }
  gpio_init(BUTTON);
  gpio_set_dir(BUTTON, GPIO_IN);
  gpio_pull_up(BUTTON);
  open_pwm(LEFT_SPEED, DUTIES);
  open_pwm(RIGHT_SPEED, DUTIES);
  open_pwm(PAN, SERVO_PERIOD);
  gpio_set_function(LEFT_SPEED, GPIO_FUNC_PWM);
  gpio_set_function(RIGHT_SPEED, GPIO_FUNC_PWM);
  uart_init(uart0, 115200);
  gpio_set_function(SAY_PIN, GPIO_FUNC_UART);
  gpio_set_function(HEAR_PIN, GPIO_FUNC_UART);
  irq_set_exclusive_handler(UART0_IRQ, on_uart);
  irq_set_enabled(UART0_IRQ, true);
  uart_set_irq_enables(uart0, true, false);
}

int main(void) {
  open_pins();
  board_wheels(0, 0);
  /* The chip has no memory that outlives its power; a scratch register outlives the watchdog, the clock does the rest. */
  uint16_t number = (uint16_t)(watchdog_hw->scratch[0] + 1 + time_us_32());
  watchdog_hw->scratch[0] = number;
  rover_start(number);
  gpio_put(AWAKE, true);
  watchdog_enable(250, true);
  uint32_t stepped = to_ms_since_boot(get_absolute_time());
  for (;;) {
    uint32_t now = to_ms_since_boot(get_absolute_time());
    /* The clock comes first: no flood of bytes can keep the wheels from being watched. Both feed the watchdog. */
    if (now - stepped >= STEP_MS) {
      stepped += STEP_MS;
      if (!gpio_get(BUTTON)) rover_stop();
      rover_step(now);
      watchdog_update();
    } else if (heard_out != heard_in) {
      rover_hear(heard[heard_out++], now);
    }
  }
}
