# 64-bit ARM with musl: Alpine on boards and its containers.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(LUTRA_TRIPLE aarch64-linux-gnu)
set(LUTRA_MUSL_TRIPLE aarch64-linux-musl)
include(${CMAKE_CURRENT_LIST_DIR}/musl.cmake)
