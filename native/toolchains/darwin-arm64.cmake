# Apple silicon, macOS 11 and later, by the clang of Xcode's command line tools ("xcode-select --install"). Described for
# a Mac and not built elsewhere: Apple's SDK is licensed for Apple's machines only. Not tried by this project's tests.
if(NOT CMAKE_HOST_APPLE)
  message(FATAL_ERROR "Expected a Mac for darwin-arm64 but found ${CMAKE_HOST_SYSTEM_NAME}; run this on a Mac with Xcode's command line tools")
endif()
set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR arm64)
set(CMAKE_OSX_ARCHITECTURES arm64)
set(CMAKE_OSX_DEPLOYMENT_TARGET 11.0 CACHE STRING "")
set(CMAKE_CXX_COMPILER clang++)
# Node-API's functions are the program's that loads the addon.
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-undefined dynamic_lookup")
