# Configures and builds in one step, for Maven and for people:
#
#   cmake -DBUILD_DIR=DIR [-DLIBRARY_ONLY=true] [-DPLATFORMS=...] [-DNIGHTJAR_...=...] -P cmake/Build.cmake
#
# PLATFORMS names others than this machine that the libraries are built for too, each by a file in toolchains, in a build
# tree "BUILD_DIR-PLATFORM" of its own, without the tests. Libraries for those that are not named are removed, so that a
# jar has none of older sources.
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

# A bare --parallel would let Make start everything at once.
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
if(DEFINED ENV{CMAKE_BUILD_PARALLEL_LEVEL})
  set(cores "$ENV{CMAKE_BUILD_PARALLEL_LEVEL}")
endif()

# Configures a build tree, with more arguments, and builds targets, or all if none are named.
function(nightjar_build build_dir arguments targets)
  nightjar_forget_other_place("${source_dir}" "${build_dir}")
  # An existing build tree keeps its generator: CMake refuses to change it.
  if(NOT EXISTS "${build_dir}/CMakeCache.txt")
    list(APPEND arguments -G "${generator}")
  endif()
  # Passed on even when empty, so that leaving an option out means its default and not its last value.
  foreach(option JNI_HEADERS LIBRARY_DIR SANITIZE SEAL SEAL_SOURCE SEAL_RELEASE_SHA256 SEAL_ANY)
    if(DEFINED NIGHTJAR_${option})
      list(APPEND arguments "-DNIGHTJAR_${option}=${NIGHTJAR_${option}}")
    endif()
  endforeach()
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${source_dir}" -B "${build_dir}" ${arguments}
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The native build could not be configured: see above.")
  endif()
  if(targets)
    list(PREPEND targets --target)
  endif()
  execute_process(
    COMMAND "${CMAKE_COMMAND}" --build "${build_dir}" --parallel "${cores}" ${targets}
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The native build failed: see above.")
  endif()
endfunction()

cmake_host_system_information(RESULT machine QUERY OS_PLATFORM)
file(GLOB toolchains "${CMAKE_CURRENT_LIST_DIR}/toolchains/*.cmake")
set(others)
foreach(toolchain IN LISTS toolchains)
  get_filename_component(platform "${toolchain}" NAME_WE)
  list(APPEND others "${platform}")
endforeach()
list(REMOVE_ITEM others "linux-${machine}")
list(REMOVE_ITEM PLATFORMS "linux-${machine}")
foreach(platform IN LISTS PLATFORMS)
  if(NOT platform IN_LIST others)
    message(FATAL_ERROR "There is no toolchain for '${platform}'; there are toolchains for: ${others}")
  endif()
endforeach()

set(libraries nightjar nightjar-naive)
# Several of Maven's switches may say so; each comes as a word.
if(LIBRARY_ONLY)
  nightjar_build("${BUILD_DIR}" "" "${libraries}")
else()
  nightjar_build("${BUILD_DIR}" "" "")
endif()
foreach(platform IN LISTS others)
  if(platform IN_LIST PLATFORMS)
    nightjar_build("${BUILD_DIR}-${platform}"
      "-DCMAKE_TOOLCHAIN_FILE=${CMAKE_CURRENT_LIST_DIR}/toolchains/${platform}.cmake" "${libraries}")
  elseif(NIGHTJAR_LIBRARY_DIR)
    file(REMOVE_RECURSE "${NIGHTJAR_LIBRARY_DIR}/${platform}")
  endif()
endforeach()
