# What all Linux targets with musl share (Alpine, OpenWrt, Void); included by theirs, which name LUTRA_TRIPLE and
# LUTRA_MUSL_TRIPLE. Debian has no C++ compiler for musl: its cross g++ compiles with musl's headers, and the addon takes
# from g++'s own C++ library only what asks musl for nothing that musl lacks (../prebuild/check.mjs looks at every symbol).
# LUTRA_MUSL_ROOT is where usr/include/LUTRA_MUSL_TRIPLE lies, if not at the root of this system.
set(CMAKE_CXX_COMPILER ${LUTRA_TRIPLE}-g++)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LUTRA_MUSL_ROOT)
set(LUTRA_LIBC musl)
set(LUTRA_MUSL_INCLUDE ${LUTRA_MUSL_ROOT}/usr/include/${LUTRA_MUSL_TRIPLE})
set(LUTRA_MUSL_LIB ${LUTRA_MUSL_ROOT}/usr/lib/${LUTRA_MUSL_TRIPLE})
if(NOT EXISTS ${LUTRA_MUSL_INCLUDE}/stdlib.h)
  message(FATAL_ERROR "Expected musl's headers in ${LUTRA_MUSL_INCLUDE} but found none; install musl-dev for the target (docs/packaging.md)")
endif()

# The compiler's folders less those of its C library; of these only the kernel's headers, which belong to no library.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -xc++ -E -v /dev/null ERROR_VARIABLE LUTRA_SEARCH OUTPUT_QUIET)
string(REPLACE "\n" ";" LUTRA_FOLDERS "${LUTRA_SEARCH}")
list(FILTER LUTRA_FOLDERS INCLUDE REGEX "^ /[^ ]*$")
set(LUTRA_INCLUDES "-include ${CMAKE_CURRENT_LIST_DIR}/../compat/libc.h -nostdinc -nostdinc++")
set(LUTRA_GCC_INCLUDES "")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/kernel)
foreach(FOLDER ${LUTRA_FOLDERS})
  string(STRIP "${FOLDER}" FOLDER)
  if(FOLDER MATCHES "/c\\+\\+/")
    string(APPEND LUTRA_INCLUDES " -isystem ${FOLDER}")
  elseif(EXISTS ${FOLDER}/stddef.h AND FOLDER MATCHES "/lib/gcc[^/]*/")
    string(APPEND LUTRA_GCC_INCLUDES " -isystem ${FOLDER}")
  endif()
  foreach(KERNEL asm asm-generic linux)
    if(NOT FOLDER MATCHES "musl" AND EXISTS ${FOLDER}/${KERNEL}/types.h AND NOT EXISTS ${CMAKE_BINARY_DIR}/kernel/${KERNEL})
      file(CREATE_LINK ${FOLDER}/${KERNEL} ${CMAKE_BINARY_DIR}/kernel/${KERNEL} SYMBOLIC)
    endif()
  endforeach()
endforeach()
set(CMAKE_CXX_FLAGS_INIT "${LUTRA_INCLUDES} -isystem ${LUTRA_MUSL_INCLUDE}${LUTRA_GCC_INCLUDES} -isystem ${CMAKE_BINARY_DIR}/kernel")

foreach(NAME crtbeginS.o crtendS.o libstdc++.a libgcc_eh.a libgcc.a)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=${NAME} OUTPUT_VARIABLE LUTRA_FILE OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(MAKE_C_IDENTIFIER ${NAME} LUTRA_KEY)
  set(LUTRA_${LUTRA_KEY} ${LUTRA_FILE})
endforeach()
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-nostdlib -Wl,--exclude-libs,ALL ${LUTRA_crtbeginS_o}")
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT
  "${LUTRA_libstdc___a} ${LUTRA_libgcc_eh_a} ${LUTRA_libgcc_a} -L${LUTRA_MUSL_LIB} -l:libc.so ${LUTRA_libgcc_a} ${LUTRA_crtendS_o}")
