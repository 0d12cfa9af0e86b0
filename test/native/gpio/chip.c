/* A simulated GPIO chip in place of the kernel's: preloaded, it answers the system calls on a file named gpiochip0 by the
 * words of linux/gpio.h (version 2). 16 lines: what an output 0 to 7 drives is on input 8 to 15, as by a jumper; lines 7
 * and 15 have no interrupts. Not the kernel: gpio.long.test.ts asks a real one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 16, REQUESTS = 16 };

static struct { int fd, feed; uint32_t count, line[64], sequence; uint64_t flags; } requests[REQUESTS];
static int level[LINES], owner[LINES]; /* owner: request + 1 */
static uint32_t sequence[LINES];
static int chips[REQUESTS], chip_count;

static void put(int line, int high) {
  if (level[line] == high) return;
  level[line] = high;
  const int at = owner[line] - 1;
  if (at < 0 || requests[at].feed < 0) return;
  const int rising = high != !!(requests[at].flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW);
  if (!(requests[at].flags & (rising ? GPIO_V2_LINE_FLAG_EDGE_RISING : GPIO_V2_LINE_FLAG_EDGE_FALLING))) return;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  struct gpio_v2_line_event event;
  memset(&event, 0, sizeof event);
  event.timestamp_ns = now.tv_sec * 1000000000ull + now.tv_nsec;
  event.id = rising ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE;
  event.offset = line;
  event.seqno = ++requests[at].sequence;
  event.line_seqno = ++sequence[line];
  struct gpio_v2_line_event oldest; /* full: it is lost, as in the kernel */
  while (write(requests[at].feed, &event, sizeof event) < 0 && errno == EAGAIN)
    if (read(requests[at].fd, &oldest, sizeof oldest) < 0) continue;
}

static void drive(int request, uint64_t bits, uint64_t mask) {
  for (uint32_t i = 0; i < requests[request].count; i++) {
    if (!(mask >> i & 1)) continue;
    const int high = (bits >> i & 1) != !!(requests[request].flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW);
    put(requests[request].line[i], high);
    if (requests[request].line[i] < 8) put(requests[request].line[i] + 8, high);
  }
}

static int want(struct gpio_v2_line_request* request) {
  int at = 0;
  while (at < REQUESTS && requests[at].fd) at++;
  if (at == REQUESTS) return errno = ENOMEM, -1;
  const uint64_t flags = request->config.flags, edges = GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
  if (!(flags & GPIO_V2_LINE_FLAG_INPUT) == !(flags & GPIO_V2_LINE_FLAG_OUTPUT)) return errno = EINVAL, -1;
  for (uint32_t i = 0; i < request->num_lines; i++) {
    if (request->offsets[i] >= LINES) return errno = EINVAL, -1;
    if (owner[request->offsets[i]]) return errno = EBUSY, -1;
    if ((flags & edges) && request->offsets[i] % 8 == 7) return errno = ENXIO, -1;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -1;
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  requests[at].fd = request->fd = ends[0];
  requests[at].feed = ends[1];
  requests[at].count = request->num_lines;
  requests[at].sequence = 0;
  requests[at].flags = flags;
  memcpy(requests[at].line, request->offsets, sizeof requests[at].line);
  for (uint32_t i = 0; i < request->num_lines; i++) {
    const uint32_t line = request->offsets[i];
    owner[line] = at + 1;
    sequence[line] = 0;
    if (flags & GPIO_V2_LINE_FLAG_BIAS_PULL_UP) level[line] = 1;
    if (flags & GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN) level[line] = 0;
    if ((flags & GPIO_V2_LINE_FLAG_INPUT) && line >= 8 && owner[line - 8]) level[line] = level[line - 8];
  }
  uint64_t bits = 0;
  for (uint32_t i = 0; i < request->config.num_attrs; i++)
    if (request->config.attrs[i].attr.id == GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES) bits = request->config.attrs[i].attr.values;
  if (flags & GPIO_V2_LINE_FLAG_OUTPUT) drive(at, bits, ~0ull);
  return 0;
}

static int line_call(int at, unsigned long call, void* argument) {
  struct gpio_v2_line_values* values = argument;
  if (call == GPIO_V2_LINE_SET_VALUES_IOCTL) {
    if (!(requests[at].flags & GPIO_V2_LINE_FLAG_OUTPUT)) return errno = EPERM, -1;
    return drive(at, values->bits, values->mask), 0;
  }
  if (call != GPIO_V2_LINE_GET_VALUES_IOCTL) return errno = ENOTTY, -1;
  values->bits = 0;
  for (uint32_t i = 0; i < requests[at].count; i++)
    if (level[requests[at].line[i]] != !!(requests[at].flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW)) values->bits |= 1ull << i;
  values->bits &= values->mask;
  return 0;
}

static int chip_call(unsigned long call, void* argument) {
  if (call == GPIO_V2_GET_LINE_IOCTL) return want(argument);
  if (call == GPIO_GET_CHIPINFO_IOCTL) {
    struct gpiochip_info* info = argument;
    strcpy(info->name, "gpiochip0");
    strcpy(info->label, "simulated-chip");
    info->lines = LINES;
    return 0;
  }
  if (call == GPIO_V2_GET_LINEINFO_IOCTL) {
    struct gpio_v2_line_info* info = argument;
    if (info->offset >= LINES) return errno = EINVAL, -1;
    strcpy(info->name, "SIMULATED");
    if (owner[info->offset]) {
      info->flags = GPIO_V2_LINE_FLAG_USED | requests[owner[info->offset] - 1].flags;
      strcpy(info->consumer, "someone");
    }
    return 0;
  }
  return errno = ENOTTY, -1;
}

static int opened(const char* path) {
  const char* name = strrchr(path, '/');
  if (!name || strcmp(name, "/gpiochip0") != 0 || chip_count == REQUESTS) return -1;
  return chips[chip_count++] = eventfd(0, EFD_CLOEXEC);
}

#define OPEN(function)                                                       \
  int function(const char* path, int flags, ...) {                           \
    const int chip = opened(path);                                           \
    if (chip >= 0) return chip;                                              \
    va_list rest;                                                            \
    va_start(rest, flags);                                                   \
    const int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, int) : 0; \
    va_end(rest);                                                            \
    return ((int (*)(const char*, int, ...))dlsym(RTLD_NEXT, #function))(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

int ioctl(int fd, unsigned long call, ...) {
  va_list rest;
  va_start(rest, call);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  for (int i = 0; i < chip_count; i++)
    if (chips[i] == fd) return chip_call(call, argument);
  for (int i = 0; i < REQUESTS; i++)
    if (fd > 0 && requests[i].fd == fd) return line_call(i, call, argument);
  return ((int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl"))(fd, call, argument);
}

int close(int fd) {
  for (int i = 0; i < chip_count; i++)
    if (chips[i] == fd) {
      chips[i] = chips[--chip_count];
      break;
    }
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "close");
  for (int i = 0; i < REQUESTS; i++)
    if (fd > 0 && requests[i].fd == fd) {
      for (int line = 0; line < LINES; line++)
        if (owner[line] == i + 1) owner[line] = 0;
      real(requests[i].feed);
      requests[i].fd = 0;
    }
  return real(fd);
}
