# 32-bit ARM, version 7 with hard float, with glibc: 32-bit Raspberry Pi OS from the Pi 2 on, BeagleBone.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(LUTRA_TRIPLE arm-linux-gnueabihf)
include(${CMAKE_CURRENT_LIST_DIR}/glibc.cmake)
