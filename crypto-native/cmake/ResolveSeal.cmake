# Finds Microsoft SEAL and offers it as the target nightjar_seal.
#
# NIGHTJAR_SEAL says where to look. `auto` takes the first of the others that works, in this order:
#
#   installed  find_package(SEAL): a static 4.x. The environment's CMAKE_PREFIX_PATH helps it along.
#   source     the tree in NIGHTJAR_SEAL_SOURCE, built with our options.
#   crate      the tree inside a Rust package, which `cargo vendor` fetches; checked against a digest kept here.
#   release    the tagged release from SEAL's own repository; NIGHTJAR_SEAL_RELEASE_SHA256 must say what to expect.
#
# Each way is a function nightjar_seal_from_<way>(<out>). It sets <out> to the empty string, having made the target
# nightjar_seal and set NIGHTJAR_SEAL_TAKEN, or else to the reason why it could not.

set(NIGHTJAR_SEAL "auto" CACHE STRING "Where SEAL comes from")
set(NIGHTJAR_SEAL_SOURCE "" CACHE PATH "A SEAL 4.x source tree, for NIGHTJAR_SEAL=source")
set(NIGHTJAR_SEAL_RELEASE_SHA256 "" CACHE STRING "SHA-256 of the release archive, for NIGHTJAR_SEAL=release")
set_property(CACHE NIGHTJAR_SEAL PROPERTY STRINGS auto installed source crate release)

set(nightjar_seal_crate "sealy")
set(nightjar_seal_crate_version "0.2.0")
# SHA-256 over the lines "<SHA-256> <path>\n" of the files that nightjar_seal_digest lists.
set(nightjar_seal_crate_digest "f465585c0cbf266649ad516bd75911ed13096a79902188a0d181b4c8a0abf7f0")

set(nightjar_seal_release_version "4.4.3")
set(nightjar_seal_release_url
  "https://github.com/microsoft/SEAL/archive/refs/tags/v${nightjar_seal_release_version}.tar.gz")

# The files of a SEAL tree that our build reads, as one digest.
function(nightjar_seal_digest tree out)
  file(GLOB_RECURSE files RELATIVE "${tree}"
    "${tree}/cmake/*" "${tree}/native/src/*" "${tree}/pkgconfig/*" "${tree}/dotnet/*.in")
  list(APPEND files "CMakeLists.txt")
  list(SORT files)
  set(lines "")
  foreach(file IN LISTS files)
    file(SHA256 "${tree}/${file}" digest)
    string(APPEND lines "${digest} ${file}\n")
  endforeach()
  string(SHA256 digest "${lines}")
  set(${out} "${digest}" PARENT_SCOPE)
endfunction()

# Builds the SEAL in a tree as part of this project.
function(nightjar_seal_add_tree tree origin out)
  if(NOT EXISTS "${tree}/native/src/seal/seal.h")
    set(${out} "no SEAL source tree in '${tree}' (native/src/seal/seal.h is not there)" PARENT_SCOPE)
    return()
  endif()
  file(STRINGS "${tree}/CMakeLists.txt" version REGEX "^project\\(SEAL VERSION ")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" version "${version}")
  if(NOT version MATCHES "^4\\.")
    set(${out} "the tree in '${tree}' is SEAL '${version}'; 4.x is needed" PARENT_SCOPE)
    return()
  endif()

  # Nothing that SEAL would have to download; our own wire format needs no compression.
  set(BUILD_SHARED_LIBS OFF)
  set(SEAL_BUILD_DEPS OFF)
  set(SEAL_USE_CXX17 ON)
  set(SEAL_USE_MSGSL OFF)
  set(SEAL_USE_ZLIB OFF)
  set(SEAL_USE_ZSTD OFF)
  set(SEAL_USE_INTEL_HEXL OFF)
  # A column of biases alone has no second polynomial to hide it, and need not have: the data owner may see it.
  set(SEAL_THROW_ON_TRANSPARENT_CIPHERTEXT OFF)
  set(CMAKE_MESSAGE_LOG_LEVEL WARNING) # a hundred lines of SEAL's configuration tell our reader nothing
  add_subdirectory("${tree}" "${CMAKE_BINARY_DIR}/seal" EXCLUDE_FROM_ALL)
  if(NIGHTJAR_SANITIZE)
    # SEAL's iterators dereference null to speak of an empty range; the reference is never read.
    target_compile_options(seal PRIVATE -fno-sanitize=null)
  endif()
  nightjar_seal_wrap(seal)
  set(NIGHTJAR_SEAL_TAKEN "SEAL ${version}, ${origin}" PARENT_SCOPE)
  set(${out} "" PARENT_SCOPE)
endfunction()

# nightjar_seal: SEAL with its headers as system headers, so that our warnings are about our code.
function(nightjar_seal_wrap target)
  add_library(nightjar_seal INTERFACE)
  target_link_libraries(nightjar_seal INTERFACE ${target})
  target_include_directories(nightjar_seal SYSTEM INTERFACE
    $<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>)
endfunction()

function(nightjar_seal_from_installed out)
  # No version here: SEAL's package answers only to its exact minor version.
  find_package(SEAL CONFIG QUIET)
  if(NOT SEAL_FOUND)
    set(${out} "find_package(SEAL) found no package; CMAKE_PREFIX_PATH may help" PARENT_SCOPE)
  elseif(NOT SEAL_VERSION MATCHES "^4\\.")
    set(${out} "the package in '${SEAL_DIR}' is SEAL ${SEAL_VERSION}; 4.x is needed" PARENT_SCOPE)
  elseif(NOT TARGET SEAL::seal)
    set(${out} "the package in '${SEAL_DIR}' has only a shared library; a static one is needed" PARENT_SCOPE)
  else()
    nightjar_seal_wrap(SEAL::seal)
    set(NIGHTJAR_SEAL_TAKEN "SEAL ${SEAL_VERSION}, installed in '${SEAL_DIR}'" PARENT_SCOPE)
    set(${out} "" PARENT_SCOPE)
  endif()
endfunction()

function(nightjar_seal_from_source out)
  if(NOT NIGHTJAR_SEAL_SOURCE)
    set(${out} "NIGHTJAR_SEAL_SOURCE is not set" PARENT_SCOPE)
    return()
  endif()
  nightjar_seal_add_tree("${NIGHTJAR_SEAL_SOURCE}" "built from the source tree '${NIGHTJAR_SEAL_SOURCE}'" reason)
  set(NIGHTJAR_SEAL_TAKEN "${NIGHTJAR_SEAL_TAKEN}" PARENT_SCOPE)
  set(${out} "${reason}" PARENT_SCOPE)
endfunction()

# Nothing of the Rust package is compiled or run; it is how SEAL's sources travel.
function(nightjar_seal_from_crate out)
  set(package "${nightjar_seal_crate} ${nightjar_seal_crate_version}")
  set(tree "${CMAKE_BINARY_DIR}/seal-${nightjar_seal_crate}-${nightjar_seal_crate_version}")
  if(NOT EXISTS "${tree}")
    find_program(NIGHTJAR_CARGO cargo)
    if(NOT NIGHTJAR_CARGO)
      set(${out} "cargo is not installed" PARENT_SCOPE)
      return()
    endif()
    message(STATUS "Fetching SEAL's sources inside ${package}")
    set(work "${CMAKE_BINARY_DIR}/seal-fetch")
    file(REMOVE_RECURSE "${work}")
    file(WRITE "${work}/src/lib.rs" "")
    file(WRITE "${work}/Cargo.toml"
      "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n"
      "[dependencies]\n${nightjar_seal_crate} = \"=${nightjar_seal_crate_version}\"\n"
      "[workspace]\n")
    # First from what cargo keeps, so that a clean build needs no network; the digest makes both the same.
    foreach(network IN ITEMS --offline "")
      execute_process(
        COMMAND "${NIGHTJAR_CARGO}" vendor --quiet ${network} vendor
        WORKING_DIRECTORY "${work}" RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE error)
      if(result EQUAL 0)
        break()
      endif()
    endforeach()
    if(NOT result EQUAL 0)
      string(REGEX REPLACE "[ \n]+" " " error "${error}")
      set(${out} "cargo vendor could not fetch ${package}: ${error}" PARENT_SCOPE)
      return()
    endif()
    file(RENAME "${work}/vendor/${nightjar_seal_crate}/SEAL" "${tree}")
    file(REMOVE_RECURSE "${work}") # what else the package depends on
  endif()

  # Every time, not only after fetching: a tree that was touched is not the one we know. Wrong bytes end the search,
  # in `auto` too: they are not an absence to work around.
  nightjar_seal_digest("${tree}" digest)
  if(NOT digest STREQUAL nightjar_seal_crate_digest)
    message(FATAL_ERROR
      "SEAL's sources from ${package} are not the expected ones.\n"
      "  expected ${nightjar_seal_crate_digest}\n  found    ${digest}\n"
      "Delete '${tree}' to fetch them again. Should they still differ, do not build them.")
  endif()
  nightjar_seal_add_tree("${tree}" "built from the sources inside ${package}" reason)
  set(NIGHTJAR_SEAL_TAKEN "${NIGHTJAR_SEAL_TAKEN}" PARENT_SCOPE)
  set(${out} "${reason}" PARENT_SCOPE)
endfunction()

function(nightjar_seal_from_release out)
  if(NOT NIGHTJAR_SEAL_RELEASE_SHA256)
    set(${out} "will not download ${nightjar_seal_release_url} without NIGHTJAR_SEAL_RELEASE_SHA256 to check it against"
      PARENT_SCOPE)
    return()
  endif()
  set(archive "${CMAKE_BINARY_DIR}/seal-${nightjar_seal_release_version}.tar.gz")
  set(digest "")
  if(EXISTS "${archive}")
    file(SHA256 "${archive}" digest)
  endif()
  if(NOT digest STREQUAL NIGHTJAR_SEAL_RELEASE_SHA256)
    file(DOWNLOAD "${nightjar_seal_release_url}" "${archive}" STATUS status TLS_VERIFY ON)
    list(GET status 0 code)
    list(GET status 1 error)
    if(NOT code EQUAL 0)
      file(REMOVE "${archive}")
      set(${out} "could not download ${nightjar_seal_release_url}: ${error}" PARENT_SCOPE)
      return()
    endif()
    file(SHA256 "${archive}" digest)
    if(NOT digest STREQUAL NIGHTJAR_SEAL_RELEASE_SHA256)
      file(REMOVE "${archive}")
      message(FATAL_ERROR
        "${nightjar_seal_release_url} is not the expected archive.\n"
        "  expected ${NIGHTJAR_SEAL_RELEASE_SHA256}\n  found    ${digest}")
    endif()
  endif()
  set(tree "${CMAKE_BINARY_DIR}/SEAL-${nightjar_seal_release_version}")
  if(NOT EXISTS "${tree}")
    file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${CMAKE_BINARY_DIR}")
  endif()
  nightjar_seal_add_tree("${tree}" "built from the release ${nightjar_seal_release_url}" reason)
  set(NIGHTJAR_SEAL_TAKEN "${NIGHTJAR_SEAL_TAKEN}" PARENT_SCOPE)
  set(${out} "${reason}" PARENT_SCOPE)
endfunction()

set(nightjar_seal_ways installed source crate release)
if(NIGHTJAR_SEAL IN_LIST nightjar_seal_ways)
  set(nightjar_seal_ways "${NIGHTJAR_SEAL}")
elseif(NOT NIGHTJAR_SEAL STREQUAL "auto")
  message(FATAL_ERROR "NIGHTJAR_SEAL is '${NIGHTJAR_SEAL}'; it may be auto, installed, source, crate or release")
endif()

set(NIGHTJAR_SEAL_TAKEN "")
set(nightjar_seal_tried "")
foreach(way IN LISTS nightjar_seal_ways)
  cmake_language(CALL nightjar_seal_from_${way} reason)
  if(reason STREQUAL "")
    break()
  endif()
  string(APPEND nightjar_seal_tried "\n  ${way}: ${reason}")
endforeach()

if(NOT TARGET nightjar_seal)
  message(FATAL_ERROR
    "Nightjar needs Microsoft SEAL 4.x and found none. Tried:${nightjar_seal_tried}\n"
    "One of these helps (with Maven: -Dnightjar.seal=..., -Dnightjar.seal.source=..., ...):\n"
    "  -DNIGHTJAR_SEAL=installed  a static SEAL 4.x package that find_package can see\n"
    "  -DNIGHTJAR_SEAL=source     with -DNIGHTJAR_SEAL_SOURCE=DIR, a SEAL 4.x source tree\n"
    "  -DNIGHTJAR_SEAL=crate      with cargo and its package registry\n"
    "  -DNIGHTJAR_SEAL=release    with -DNIGHTJAR_SEAL_RELEASE_SHA256=..., and the network")
endif()
message(STATUS "${NIGHTJAR_SEAL_TAKEN}")
