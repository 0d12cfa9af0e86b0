// A pseudo terminal as a serial port without hardware: what is written to the slave path comes out of the master.
#include "tools/door.h"

#if !defined(_WIN32)
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#endif

namespace lutra {

#if !defined(_WIN32)
namespace {

Napi::Value open_pty(const Napi::CallbackInfo& info) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  const auto fail = [&](const char* what) {
    const std::string message = std::string("Cannot ") + what + " a pseudo terminal: " + strerror(errno);
    if (master >= 0) close(master);
    return Napi::Error::New(info.Env(), message);
  };
  if (master < 0) throw fail("open");
  fcntl(master, F_SETFD, FD_CLOEXEC);
  if (grantpt(master) != 0 || unlockpt(master) != 0) throw fail("unlock");
  const char* name = ptsname(master);
  if (name == nullptr) throw fail("name");
  const std::string path = name;
  // Raw from the start: no echo, no line ends translated. Linux takes the modes through the master, and must: once a
  // slave has been opened and closed, reading the master is EIO until the next one opens it. Others know the slave only.
#if defined(__linux__)
  const int line = master;
#else
  const int line = open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
#endif
  termios modes;
  if (line < 0 || tcgetattr(line, &modes) != 0) throw fail("read the modes of");
  cfmakeraw(&modes);
  const bool set = tcsetattr(line, TCSANOW, &modes) == 0;
  if (line != master) close(line);
  if (!set) throw fail("set the modes of");
  Napi::Object out = Napi::Object::New(info.Env());
  out.Set("fd", master);
  out.Set("path", path);
  return out;
}

}  // namespace

void register_pty(Napi::Env env, Napi::Object exports) { exports.Set("openPty", Napi::Function::New(env, open_pty)); }
#else
void register_pty(Napi::Env, Napi::Object) {}
#endif

}  // namespace lutra
