{
  # npm's gyp hook, handed to CMake: native/CMakeLists.txt is the one list of sources.
  # package.json says "gypfile": false, so npm never calls this by itself; `node-gyp rebuild` still works.
  "targets": [{
    "target_name": "lutra",
    "type": "none",
    "actions": [{
      "action_name": "cmake",
      "inputs": ["native/CMakeLists.txt"],
      "outputs": ["build/Release/lutra.node"],
      "action": ["node", "native/build.mjs", "--strict"]
    }]
  }]
}
