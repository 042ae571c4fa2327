# Configures and builds in one step, for Maven and for people:
#
#   cmake -DBUILD_DIR=DIR [-DLIBRARY_ONLY=true] [-DNIGHTJAR_...=...] -P cmake/Build.cmake
#
# LIBRARY_ONLY leaves the tests unbuilt, where nobody is going to run them. It is a matter of this call alone: the build
# tree stays as it is configured, so tests that were built before are not built again later.
#
# It exists because only here can the generator depend on what is installed. Ninja is preferred: it finds out in
# milliseconds that there is nothing to do.

cmake_minimum_required(VERSION 3.20)

if(NOT BUILD_DIR)
  message(FATAL_ERROR "Build.cmake needs -DBUILD_DIR=DIR")
endif()
get_filename_component(source_dir "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)

set(generator "Unix Makefiles")
find_program(ninja NAMES ninja ninja-build)
if(ninja)
  set(generator "Ninja")
endif()

include("${CMAKE_CURRENT_LIST_DIR}/ForgetOtherPlace.cmake")
nightjar_forget_other_place("${source_dir}" "${BUILD_DIR}")

# An existing build tree keeps its generator: CMake refuses to change it.
set(configure_arguments)
if(NOT EXISTS "${BUILD_DIR}/CMakeCache.txt")
  list(APPEND configure_arguments -G "${generator}")
endif()

# Passed on even when empty, so that leaving an option out means its default and not its last value.
foreach(option JNI_HEADERS LIBRARY_DIR SANITIZE SEAL SEAL_SOURCE SEAL_RELEASE_SHA256 SEAL_ANY)
  if(DEFINED NIGHTJAR_${option})
    list(APPEND configure_arguments "-DNIGHTJAR_${option}=${NIGHTJAR_${option}}")
  endif()
endforeach()

execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${source_dir}" -B "${BUILD_DIR}" ${configure_arguments}
  RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "The native build could not be configured: see above.")
endif()

# A bare --parallel would let Make start everything at once.
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
if(DEFINED ENV{CMAKE_BUILD_PARALLEL_LEVEL})
  set(cores "$ENV{CMAKE_BUILD_PARALLEL_LEVEL}")
endif()
set(target)
# Several of Maven's switches may say so; each comes as a word.
if(LIBRARY_ONLY)
  set(target --target nightjar nightjar-naive)
endif()
execute_process(
  COMMAND "${CMAKE_COMMAND}" --build "${BUILD_DIR}" --parallel "${cores}" ${target}
  RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "The native build failed: see above.")
endif()
