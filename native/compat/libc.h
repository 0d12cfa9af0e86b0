// Read before every file of a prebuilt addon: takes back what the C++ library's headers believe of the C library that
// they were configured with, where an older glibc or musl has no such thing. What is left to add is in old.cpp.
#pragma once

#include <features.h>
#ifndef __GLIBC__
// libstdc++ asks glibc for its version by this; with musl every answer is right that leads to no extension.
#define __GLIBC_PREREQ(major, minor) 1
#define __locale_t locale_t
#endif

#ifdef __cplusplus
#include <bits/c++config.h>
// glibc 2.30; without them waits until a time read the clock again, as before gcc 10.
#undef _GLIBCXX_USE_PTHREAD_COND_CLOCKWAIT
#undef _GLIBCXX_USE_PTHREAD_MUTEX_CLOCKLOCK
#undef _GLIBCXX_USE_PTHREAD_RWLOCK_CLOCKLOCK
#endif
