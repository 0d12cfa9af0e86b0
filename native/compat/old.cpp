// What the linked-in C++ library and newer C headers ask of a C library, for those that lack it: glibc before 2.35, musl.
// Seen by the addon alone, so that a newer library's own functions serve everyone else. Only prebuilt addons hold this.
#include <cstdio>
#include <cstdlib>
#include <link.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#define LUTRA_OWN extern "C" __attribute__((visibility("hidden")))

// Whether the process has one thread, by which shared_ptr leaves out atomics. "No" is always right. (glibc 2.32)
extern "C" {
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;
}

#ifdef __GLIBC__
// Before glibc 2.33 this was an inline call of what follows, which every glibc still has. On 32-bit ARM files have 64-bit
// sizes (native/CMakeLists.txt), so struct stat is the one of the second function.
extern "C" int __fxstat(int, int, struct stat*) noexcept;
extern "C" int __fxstat64(int, int, struct stat*) noexcept;
LUTRA_OWN int fstat(int fd, struct stat* out) noexcept {
#if defined(__x86_64__)
  return __fxstat(1, fd, out);
#elif defined(__aarch64__)
  return __fxstat(0, fd, out);
#else
  static_assert(sizeof(out->st_size) == 8, "sizes of files in 64 bits");
  return __fxstat64(3, fd, out);
#endif
}
#else
// By this name's presence the C++ library knows that there are threads to lock against; musl has the other name alone.
LUTRA_OWN int __pthread_key_create(pthread_key_t* key, void (*end)(void*)) { return pthread_key_create(key, end); }
// libgcc asks by it whether atomics may be single instructions; musl up to 1.2.3 shows the other name alone.
LUTRA_OWN unsigned long __getauxval(unsigned long type) { return getauxval(type); }
#endif

#ifndef __arm__
// Where exceptions find the unwind table of the code at pc. (glibc 2.35; 32-bit ARM has another way.)
struct Found {
  unsigned long long flags;
  void *start, *end;
  struct link_map* map;
  void* table;
  unsigned long long reserved[7];
};

struct Search {
  ElfW(Addr) pc;
  Found* found;
};

static int look(struct dl_phdr_info* object, size_t, void* data) {
  const Search& search = *static_cast<Search*>(data);
  const ElfW(Phdr)* table = nullptr;
  const ElfW(Phdr)* holds = nullptr;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr)& part = object->dlpi_phdr[i];
    if (part.p_type == PT_GNU_EH_FRAME) table = &part;
    if (part.p_type == PT_LOAD && search.pc - (object->dlpi_addr + part.p_vaddr) < part.p_memsz) holds = &part;
  }
  if (!holds || !table) return 0;
  const ElfW(Addr) start = object->dlpi_addr + holds->p_vaddr;
  *search.found = {0, reinterpret_cast<void*>(start), reinterpret_cast<void*>(start + holds->p_memsz), nullptr,
                   reinterpret_cast<void*>(object->dlpi_addr + table->p_vaddr), {}};
  return 1;
}

LUTRA_OWN int find_object(void* pc, Found* found) noexcept __asm__("_dl_find_object");
int find_object(void* pc, Found* found) noexcept {
  Search search = {reinterpret_cast<ElfW(Addr)>(pc), found};
  return dl_iterate_phdr(look, &search) ? 0 : -1;
}
#endif

// The C++ library's own names the exception's type, at the price of a demangler of 40 kB.
namespace __gnu_cxx {
__attribute__((visibility("hidden"))) void __verbose_terminate_handler();
void __verbose_terminate_handler() {
  std::fputs("lutra: the native addon was left by an exception that nobody takes\n", stderr);
  std::abort();
}
}  // namespace __gnu_cxx
