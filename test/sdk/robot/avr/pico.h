/*
 * A test-only stand-in for the headers of pico-sdk: declares what examples/firmware/pico uses, and defines nothing.
 * It shows that the file is C and fits our contract; whether it fits the SDK only the SDK can tell.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef unsigned int uint;
typedef uint64_t absolute_time_t;
typedef struct uart_inst uart_inst_t;
typedef struct {
  uint32_t csr, div, top;
} pwm_config;
typedef struct {
  volatile uint32_t scratch[8];
} watchdog_hw_t;
typedef void (*irq_handler_t)(void);
enum { GPIO_IN, GPIO_OUT, GPIO_FUNC_UART = 2, GPIO_FUNC_PWM = 4, UART0_IRQ = 20, clk_sys = 5 };
extern uart_inst_t *const uart0;
extern watchdog_hw_t *const watchdog_hw;

absolute_time_t get_absolute_time(void);
uint32_t clock_get_hz(uint clock);
uint32_t time_us_32(void);
uint32_t to_ms_since_boot(absolute_time_t time);
uint uart_init(uart_inst_t *uart, uint baud);
bool uart_is_readable(uart_inst_t *uart);
bool uart_is_writable(uart_inst_t *uart);
char uart_getc(uart_inst_t *uart);
void uart_putc_raw(uart_inst_t *uart, char byte);
void uart_set_irq_enables(uart_inst_t *uart, bool readable, bool writable);
void irq_set_enabled(uint number, bool enabled);
void irq_set_exclusive_handler(uint number, irq_handler_t handler);
void gpio_init(uint pin);
void gpio_set_dir(uint pin, bool out);
void gpio_pull_up(uint pin);
void gpio_put(uint pin, bool high);
bool gpio_get(uint pin);
void gpio_set_function(uint pin, uint function);
pwm_config pwm_get_default_config(void);
void pwm_config_set_clkdiv_int(pwm_config *config, uint divider);
void pwm_config_set_wrap(pwm_config *config, uint16_t wrap);
uint pwm_gpio_to_slice_num(uint pin);
void pwm_init(uint slice, pwm_config *config, bool start);
void pwm_set_gpio_level(uint pin, uint16_t level);
void watchdog_enable(uint32_t ms, bool pause_on_debug);
void watchdog_update(void);
