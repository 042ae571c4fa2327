# Tests what a library was linked from, by the map that the linker wrote:
#
#   cmake -DMAP=FILE -DALLOWED=FILE -DKIND=KIND -P CheckLinked.cmake
#
# Every object that gave the library code or data must be ours, the compiler's, or a file of SEAL's that ALLOWED lists.
# From a package, SEAL's files come whole, util/rlwe.cpp with them, and so may what the package was made with.

cmake_minimum_required(VERSION 3.20)

file(STRINGS "${ALLOWED}" allowed REGEX "^[^#]")
if(KIND STREQUAL "package")
  list(APPEND allowed "util/rlwe.cpp")
  set(with_package "|/lib(z|zstd|hexl|cpu_features)\\.a\\(")
endif()
# The map knows the members of an archive by the last part of their names.
list(TRANSFORM allowed REPLACE ".*/" "")

# A long name of a section stands on a line of its own, before its address, its size and the object that it came from.
# What was left out has no address.
file(STRINGS "${MAP}" lines REGEX "^ [.A-Z][^ ]*( +0x|$)|^ +0x[0-9a-f]+ +0x[0-9a-f]+ [^ ]")
set(objects "")
set(section "")
foreach(line IN LISTS lines)
  if(line MATCHES "^ ([.A-Z][^ ]*)")
    set(section "${CMAKE_MATCH_1}")
  endif()
  if(section MATCHES "^(\\.text|\\.rodata|\\.data|\\.bss|\\.tdata|\\.tbss|\\.init_array|\\.fini_array|COMMON)")
    if(line MATCHES "0x0*[1-9a-f][0-9a-f]* +0x[1-9a-f][0-9a-f]* (.+)$")
      list(APPEND objects "${CMAKE_MATCH_1}")
    endif()
  endif()
endforeach()
list(REMOVE_DUPLICATES objects)

set(seal "")
set(unexpected "")
foreach(object IN LISTS objects)
  if(object MATCHES "/libseal[^/]*\\.a\\(([^)]+)\\.o\\)$")
    set(file "${CMAKE_MATCH_1}")
    list(APPEND seal "${file}")
    if(NOT file IN_LIST allowed)
      list(APPEND unexpected "${file}")
    endif()
  elseif(object MATCHES "nightjar_seal_owner\\.dir/.*/([^/]+)\\.o$")
    list(APPEND unexpected "${CMAKE_MATCH_1}")
  elseif(NOT object MATCHES "CMakeFiles/nightjar(-naive)?\\.dir/|libnightjar(_naive)?_core\\.a\\("
      AND NOT object MATCHES "/lib(stdc\\+\\+|gcc|gcc_eh|c_nonshared)\\.a\\(|/crt[a-zA-Z]+\\.o$|^linker stubs$${with_package}")
    list(APPEND unexpected "${object}")
  endif()
endforeach()
list(SORT seal)
list(SORT unexpected)
list(JOIN seal " " seal_text)
message(STATUS "Linked of SEAL: ${seal_text}")
if(unexpected)
  list(JOIN unexpected " " unexpected)
  message(FATAL_ERROR "'${MAP}' has what '${ALLOWED}' does not list: ${unexpected}")
endif()
foreach(file IN ITEMS context.cpp evaluator.cpp ntt.cpp)
  if(NOT file IN_LIST seal)
    message(FATAL_ERROR "'${MAP}' does not have SEAL's ${file}, so it was not understood")
  endif()
endforeach()
