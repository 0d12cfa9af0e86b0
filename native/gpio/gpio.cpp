// GPIO chips and lines: told, requested, read and set, by the ioctls of linux/gpio.h. A request holds up to 64 lines of
// one chip behind one descriptor, which is closed as a file is.
#include "gpio/door.h"
#include "gpio/uapi.h"

#if defined(LUTRA_GPIO)
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#endif

namespace lutra {

#if defined(LUTRA_GPIO)
Napi::Error gpio_failure(Napi::Env env, const std::string& what, int error) {
  const auto code = [error] {
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
  };
  Napi::Error out = Napi::Error::New(env, what + ": " + strerror(error));
  out.Set("code", Napi::String::New(env, code()));
  return out;
}

namespace {

// The chip while it is asked: a request stands without it.
struct Chip {
  int fd;
  Chip(Napi::Env env, const std::string& path)
      // Not blocking: what is no chip, a pipe say, must not hold the process up.
      : fd(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK)) {
    if (fd < 0) throw gpio_failure(env, "Cannot open " + path, errno);
  }
  ~Chip() { close(fd); }
  Chip(const Chip&) = delete;
  Chip& operator=(const Chip&) = delete;
};

Napi::String word(Napi::Env env, const char* text, size_t size) { return Napi::String::New(env, text, strnlen(text, size)); }

Napi::Value gpio_chip(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString()) throw Napi::TypeError::New(env, "Expected gpioChip(path)");
  const std::string path = info[0].As<Napi::String>();
  const Chip chip(env, path);
  gpiochip_info told;
  memset(&told, 0, sizeof told);
  if (ioctl(chip.fd, GPIO_GET_CHIPINFO_IOCTL, &told) < 0) throw gpio_failure(env, path + " is no GPIO chip", errno);
  Napi::Object out = Napi::Object::New(env);
  out.Set("name", word(env, told.name, sizeof told.name));
  out.Set("label", word(env, told.label, sizeof told.label));
  out.Set("lines", Napi::Number::New(env, told.lines));
  return out;
}

Napi::Value gpio_line(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsNumber()) throw Napi::TypeError::New(env, "Expected gpioLine(path, offset)");
  const std::string path = info[0].As<Napi::String>();
  const Chip chip(env, path);
  gpio_v2_line_info told;
  memset(&told, 0, sizeof told);
  told.offset = info[1].As<Napi::Number>().Uint32Value();
  const std::string name = std::to_string(told.offset);
  if (ioctl(chip.fd, GPIO_V2_GET_LINEINFO_IOCTL, &told) < 0) throw gpio_failure(env, "Cannot ask for line " + name + " of " + path, errno);
  Napi::Object out = Napi::Object::New(env);
  out.Set("name", word(env, told.name, sizeof told.name));
  out.Set("consumer", word(env, told.consumer, sizeof told.consumer));
  out.Set("used", Napi::Boolean::New(env, told.flags & GPIO_V2_LINE_FLAG_USED));
  out.Set("output", Napi::Boolean::New(env, told.flags & GPIO_V2_LINE_FLAG_OUTPUT));
  out.Set("activeLow", Napi::Boolean::New(env, told.flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW));
  return out;
}

uint64_t flags_of(const Napi::Object& options) {
  const auto is = [&](const char* key, const char* value) {
    const Napi::Value given = options.Get(key);
    return given.IsString() && given.As<Napi::String>().Utf8Value() == value;
  };
  const auto on = [&](const char* key) { return options.Get(key).ToBoolean().Value(); };
  uint64_t flags = on("output") ? GPIO_V2_LINE_FLAG_OUTPUT : GPIO_V2_LINE_FLAG_INPUT;
  if (on("activeLow")) flags |= GPIO_V2_LINE_FLAG_ACTIVE_LOW;
  if (is("bias", "up")) flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
  if (is("bias", "down")) flags |= GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN;
  if (is("bias", "none")) flags |= GPIO_V2_LINE_FLAG_BIAS_DISABLED;
  if (is("drive", "open-drain")) flags |= GPIO_V2_LINE_FLAG_OPEN_DRAIN;
  if (is("drive", "open-source")) flags |= GPIO_V2_LINE_FLAG_OPEN_SOURCE;
  if (is("edges", "rising") || is("edges", "both")) flags |= GPIO_V2_LINE_FLAG_EDGE_RISING;
  if (is("edges", "falling") || is("edges", "both")) flags |= GPIO_V2_LINE_FLAG_EDGE_FALLING;
  return flags;
}

// Bit i for line i of the request.
uint64_t bits_of(const Napi::Array& values) {
  uint64_t bits = 0;
  for (uint32_t i = 0; i < values.Length() && i < GPIO_V2_LINES_MAX; i++)
    if (values.Get(i).ToBoolean().Value()) bits |= uint64_t{1} << i;
  return bits;
}

uint64_t first(uint32_t count) { return count >= 64 ? ~uint64_t{0} : (uint64_t{1} << count) - 1; }

void attribute(gpio_v2_line_request& request, uint32_t id, uint64_t value) {
  gpio_v2_line_config_attribute& at = request.config.attrs[request.config.num_attrs++];
  at.mask = first(request.num_lines);
  at.attr.id = id;
  if (id == GPIO_V2_LINE_ATTR_ID_DEBOUNCE) at.attr.debounce_period_us = static_cast<uint32_t>(value);
  else at.attr.values = value;
}

Napi::Value gpio_request(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsArray() || !info[2].IsObject())
    throw Napi::TypeError::New(env, "Expected gpioRequest(path, offsets, options)");
  const std::string path = info[0].As<Napi::String>();
  const Napi::Array offsets = info[1].As<Napi::Array>();
  const Napi::Object options = info[2].As<Napi::Object>();
  if (offsets.Length() < 1 || offsets.Length() > GPIO_V2_LINES_MAX) throw Napi::RangeError::New(env, "Expected 1 to 64 lines");
  gpio_v2_line_request request;
  memset(&request, 0, sizeof request);
  request.num_lines = offsets.Length();
  std::string names;
  for (uint32_t i = 0; i < request.num_lines; i++) {
    request.offsets[i] = offsets.Get(i).ToNumber().Uint32Value();
    names += (i ? ", " : "") + std::to_string(request.offsets[i]);
  }
  const Napi::Value consumer = options.Get("consumer");
  const std::string owner = consumer.IsString() ? consumer.As<Napi::String>().Utf8Value() : "lutra";
  strncpy(request.consumer, owner.c_str(), sizeof request.consumer - 1);
  request.config.flags = flags_of(options);
  if (options.Get("values").IsArray()) attribute(request, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, bits_of(options.Get("values").As<Napi::Array>()));
  const Napi::Value debounce = options.Get("debounce");
  if (debounce.IsNumber() && debounce.As<Napi::Number>().Uint32Value() > 0)
    attribute(request, GPIO_V2_LINE_ATTR_ID_DEBOUNCE, debounce.As<Napi::Number>().Uint32Value());
  const Chip chip(env, path);
  if (ioctl(chip.fd, GPIO_V2_GET_LINE_IOCTL, &request) < 0) throw gpio_failure(env, "Cannot have line " + names + " of " + path, errno);
  return Napi::Number::New(env, request.fd);
}

Napi::Value gpio_get(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber() || !info[1].IsNumber()) throw Napi::TypeError::New(env, "Expected gpioGet(descriptor, count)");
  const uint32_t count = std::min(info[1].As<Napi::Number>().Uint32Value(), uint32_t{GPIO_V2_LINES_MAX});
  gpio_v2_line_values values;
  values.bits = 0;
  values.mask = first(count);
  if (ioctl(info[0].As<Napi::Number>().Int32Value(), GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0)
    throw gpio_failure(env, "Cannot read the line", errno);
  Napi::Array out = Napi::Array::New(env, count);
  for (uint32_t i = 0; i < count; i++) out.Set(i, Napi::Boolean::New(env, values.bits >> i & 1));
  return out;
}

Napi::Value gpio_set(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber() || !info[1].IsArray()) throw Napi::TypeError::New(env, "Expected gpioSet(descriptor, values)");
  const Napi::Array given = info[1].As<Napi::Array>();
  gpio_v2_line_values values;
  values.bits = bits_of(given);
  values.mask = first(given.Length());
  if (ioctl(info[0].As<Napi::Number>().Int32Value(), GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0)
    throw gpio_failure(env, "Cannot set the line", errno);
  return env.Undefined();
}

Napi::Value gpio_close(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "Expected gpioClose(descriptor)");
  if (close(info[0].As<Napi::Number>().Int32Value()) < 0) throw gpio_failure(info.Env(), "Cannot close the line", errno);
  return info.Env().Undefined();
}

}  // namespace

void register_gpio(Napi::Env env, Napi::Object exports) {
  exports.Set("gpioChip", Napi::Function::New(env, gpio_chip));
  exports.Set("gpioLine", Napi::Function::New(env, gpio_line));
  exports.Set("gpioRequest", Napi::Function::New(env, gpio_request));
  exports.Set("gpioGet", Napi::Function::New(env, gpio_get));
  exports.Set("gpioSet", Napi::Function::New(env, gpio_set));
  exports.Set("gpioClose", Napi::Function::New(env, gpio_close));
  register_gpio_watch(env, exports);
}
#else
void register_gpio(Napi::Env, Napi::Object) {}
#endif

}  // namespace lutra
