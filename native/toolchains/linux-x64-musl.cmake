# 64-bit x86 with musl: Alpine and its containers.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(LUTRA_TRIPLE x86_64-linux-gnu)
set(LUTRA_MUSL_TRIPLE x86_64-linux-musl)
include(${CMAKE_CURRENT_LIST_DIR}/musl.cmake)
