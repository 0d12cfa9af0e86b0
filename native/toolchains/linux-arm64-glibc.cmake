# 64-bit ARM with glibc: Raspberry Pi OS, JetPack, Armbian, Ubuntu.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(LUTRA_TRIPLE aarch64-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/glibc.cmake)
