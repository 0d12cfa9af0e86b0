# What all Linux targets with glibc share; included by theirs, which name LUTRA_TRIPLE. The compiler is Debian's cross
# g++; its C++ library goes into the addon. LUTRA_BASELINE is a folder of ../prebuild/baseline.mjs: linked against it the
# addon loads on systems as old as that; without it, on systems as new as the compiler's own.
set(CMAKE_CXX_COMPILER ${LUTRA_TRIPLE}-g++)
# A program of the target need not link, least of all run, for the compiler to be taken.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LUTRA_BASELINE)
set(LUTRA_LIBC glibc)
set(CMAKE_CXX_FLAGS_INIT "-include ${CMAKE_CURRENT_LIST_DIR}/../compat/libc.h")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL")
if(LUTRA_BASELINE)
  string(APPEND CMAKE_SHARED_LINKER_FLAGS_INIT " -L${LUTRA_BASELINE}")
endif()
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT "-lpthread -lm")
