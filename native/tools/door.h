#pragma once
#include <napi.h>
namespace lutra {
// measureBandwidth(threads, megabytes, milliseconds): Promise of bytes per second that the threads read together.
void register_bandwidth(Napi::Env env, Napi::Object exports);
// trimMemory(): gives freed memory back to the system; whether there was some.
void register_memory(Napi::Env env, Napi::Object exports);
// openPty(): { fd, path }, a raw pseudo terminal: fd is the master's, path the slave's. Absent on Windows.
void register_pty(Napi::Env env, Napi::Object exports);
}  // namespace lutra
