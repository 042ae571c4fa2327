# Tests which SEAL is refused, and with which words.

cmake_minimum_required(VERSION 3.20)
get_filename_component(resolve "${CMAKE_CURRENT_LIST_DIR}/../../../cmake/ResolveSeal.cmake" ABSOLUTE)

# Looks for SEAL with some options, in an empty build tree unless the case has filled it; it must end with these words.
function(expect_refusal case words)
  file(MAKE_DIRECTORY "${SCRATCH}/${case}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" ${ARGN} -P "${SCRATCH}/look.cmake"
    WORKING_DIRECTORY "${SCRATCH}/${case}" RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  string(FIND "${output}" "${words}" place)
  if(NOT failed OR place EQUAL -1)
    message(FATAL_ERROR "${case}: '${words}' was expected, and this came (${failed}):\n${output}")
  endif()
endfunction()

# A tree that says which version it is, and is nothing else.
function(make_tree directory version)
  file(WRITE "${directory}/CMakeLists.txt" "project(SEAL VERSION ${version} LANGUAGES CXX C)\n")
  file(WRITE "${directory}/native/src/seal/seal.h" "")
endfunction()

file(REMOVE_RECURSE "${SCRATCH}")
file(WRITE "${SCRATCH}/look.cmake" "cmake_minimum_required(VERSION 3.20)\ninclude(\"${resolve}\")\n")

make_tree("${SCRATCH}/trees/4.4.3" 4.4.3)
expect_refusal(other_bytes "is not SEAL 4.4.3 as Microsoft released it"
  -DNIGHTJAR_SEAL_SOURCE=${SCRATCH}/trees/4.4.3)
make_tree("${SCRATCH}/trees/4.4.2" 4.4.2)
expect_refusal(older "is SEAL 4.4.2, older than 4.4.3" -DNIGHTJAR_SEAL_SOURCE=${SCRATCH}/trees/4.4.2)
make_tree("${SCRATCH}/trees/5.0.0" 5.0.0)
expect_refusal(another_major_version "is SEAL 5.0.0; 4.x is needed" -DNIGHTJAR_SEAL_SOURCE=${SCRATCH}/trees/5.0.0)
expect_refusal(no_tree "no SEAL source tree in" -DNIGHTJAR_SEAL_SOURCE=${SCRATCH}/trees)

# A package answers to no version but its own, as SEAL's does.
file(WRITE "${SCRATCH}/package/lib/cmake/SEAL/SEALConfig.cmake" "message(FATAL_ERROR \"loaded\")\n")
file(WRITE "${SCRATCH}/package/lib/cmake/SEAL/SEALConfigVersion.cmake"
  "set(PACKAGE_VERSION 4.0.0)\nif(PACKAGE_FIND_VERSION STREQUAL PACKAGE_VERSION)\n  set(PACKAGE_VERSION_COMPATIBLE TRUE)\n"
  "  set(PACKAGE_VERSION_EXACT TRUE)\nendif()\n")
expect_refusal(older_package "the package is SEAL 4.0.0, older than 4.4.3"
  -DNIGHTJAR_SEAL=installed -DCMAKE_PREFIX_PATH=${SCRATCH}/package)
expect_refusal(older_package_that_is_asked_for "loaded"
  -DNIGHTJAR_SEAL=installed -DNIGHTJAR_SEAL_ANY=ON -DCMAKE_PREFIX_PATH=${SCRATCH}/package)

expect_refusal(unknown_way "it may be auto, source, installed, release or fork" -DNIGHTJAR_SEAL=crate)

# One changed byte, one file more, one file less. Only where the build has the fork.
file(GLOB fork "${BUILD_DIR}/seal-*-[0-9]*")
if(fork)
  get_filename_component(name "${fork}" NAME)
  set(copy "${SCRATCH}/touched/${name}")
  file(COPY "${fork}/CMakeLists.txt" "${fork}/cmake" "${fork}/pkgconfig" "${fork}/dotnet" DESTINATION "${copy}")
  file(COPY "${fork}/native/src" DESTINATION "${copy}/native")
  file(APPEND "${copy}/native/src/seal/randomgen.cpp" " ")
  expect_refusal(touched "other bytes: native/src/seal/randomgen.cpp missing, or not in it:" -DNIGHTJAR_SEAL=fork)
  file(COPY "${fork}/native/src/seal/randomgen.cpp" DESTINATION "${copy}/native/src/seal")
  file(WRITE "${copy}/native/src/seal/more.cpp" "")
  expect_refusal(touched "other bytes: missing, or not in it: native/src/seal/more.cpp Get" -DNIGHTJAR_SEAL=fork)
  file(REMOVE "${copy}/native/src/seal/more.cpp" "${copy}/native/src/seal/context.cpp")
  expect_refusal(touched "other bytes: missing, or not in it: native/src/seal/context.cpp" -DNIGHTJAR_SEAL=fork)
endif()
