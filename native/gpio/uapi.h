// Whether this system has GPIO's character device, and how its failures are told.
#pragma once
#include <napi.h>

#include <string>

#if defined(__linux__) && __has_include(<linux/gpio.h>)
#include <linux/gpio.h>
#endif

#if defined(GPIO_V2_GET_LINE_IOCTL)
#define LUTRA_GPIO 1

namespace lutra {

// An Error with the errno's name as `code`.
Napi::Error gpio_failure(Napi::Env env, const std::string& what, int error);

void register_gpio_watch(Napi::Env env, Napi::Object exports);

}  // namespace lutra
#endif
