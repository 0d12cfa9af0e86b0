# 64-bit x86 with glibc: most desktops and servers.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(LUTRA_TRIPLE x86_64-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/glibc.cmake)
