// One GPIO line as an input, by the kernel's character device, version 2 (Linux 5.10). Opened, read, closed as a file.
// Errors carry their errno's name as `code`, as node:fs has it.
#include "gpio/door.h"

#if defined(__linux__) && __has_include(<linux/gpio.h>)
#include <linux/gpio.h>
#endif

#if defined(GPIO_V2_GET_LINE_IOCTL)
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#endif

namespace lutra {

#if defined(GPIO_V2_GET_LINE_IOCTL)
namespace {

const char* code_of(int error) {
  switch (error) {
    case EACCES: return "EACCES";
    case EBADF: return "EBADF";
    case EBUSY: return "EBUSY";
    case EINVAL: return "EINVAL";
    case ENODEV: return "ENODEV";
    case ENOENT: return "ENOENT";
    case ENOTTY: return "ENOTTY";
    case ENXIO: return "ENXIO";
    case EPERM: return "EPERM";
    default: return "EIO";
  }
}

Napi::Error failure(Napi::Env env, const std::string& what, int error) {
  Napi::Error out = Napi::Error::New(env, what + ": " + strerror(error));
  out.Set("code", Napi::String::New(env, code_of(error)));
  return out;
}

Napi::Value gpio_open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsNumber() || !info[2].IsString())
    throw Napi::TypeError::New(env, "Expected gpioOpen(chip, line, bias)");
  const std::string chip = info[0].As<Napi::String>();
  const std::string bias = info[2].As<Napi::String>();
  // Not blocking: what is no chip, a pipe say, must not hold the process up.
  const int fd = open(chip.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) throw failure(env, "Cannot open " + chip, errno);
  gpio_v2_line_request request;
  memset(&request, 0, sizeof request);
  request.num_lines = 1;
  request.offsets[0] = info[1].As<Napi::Number>().Uint32Value();
  strncpy(request.consumer, "lutra emergency stop", sizeof request.consumer - 1);
  request.config.flags = GPIO_V2_LINE_FLAG_INPUT;
  if (bias == "up") request.config.flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
  if (bias == "down") request.config.flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;
  if (bias == "none") request.config.flags |= GPIO_V2_LINE_FLAG_BIAS_DISABLED;
  const int asked = ioctl(fd, GPIO_V2_GET_LINE_IOCTL, &request);
  const int error = errno;
  // The line stands without its chip.
  close(fd);
  if (asked < 0) throw failure(env, "Cannot have line " + std::to_string(request.offsets[0]) + " of " + chip, error);
  return Napi::Number::New(env, request.fd);
}

Napi::Value gpio_read(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber()) throw Napi::TypeError::New(env, "Expected gpioRead(descriptor)");
  gpio_v2_line_values values;
  values.bits = 0;
  values.mask = 1;
  if (ioctl(info[0].As<Napi::Number>().Int32Value(), GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0)
    throw failure(env, "Cannot read the line", errno);
  return Napi::Boolean::New(env, (values.bits & 1) != 0);
}

}  // namespace

void register_gpio(Napi::Env env, Napi::Object exports) {
  exports.Set("gpioOpen", Napi::Function::New(env, gpio_open));
  exports.Set("gpioRead", Napi::Function::New(env, gpio_read));
}
#else
void register_gpio(Napi::Env, Napi::Object) {}
#endif

}  // namespace lutra
