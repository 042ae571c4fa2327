# Tests that NOTICE lists those files of the fork that differ from SEAL's and that the production library was compiled
# from, headers included, and no others:
#
#   cmake -DBUILD_DIR=DIR -DNINJA=PROGRAM -DDIFFERENCES=LIST -DNOTICE=FILE -P CheckNotice.cmake

cmake_minimum_required(VERSION 3.20)

# What each object was compiled from is in ninja's records, or in files that Make leaves beside the objects.
set(objects "CMakeFiles/(nightjar|nightjar_core|seal)\\.dir/")
set(records "")
if(EXISTS "${BUILD_DIR}/build.ninja")
  execute_process(COMMAND "${NINJA}" -C "${BUILD_DIR}" -t deps
    OUTPUT_VARIABLE output RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "ninja does not say what was compiled")
  endif()
  string(REPLACE "\n\n" ";" outputs "${output}")
  foreach(record IN LISTS outputs)
    if(record MATCHES "^[^:]*${objects}")
      string(APPEND records "${record}\n")
    endif()
  endforeach()
else()
  file(GLOB_RECURSE files "${BUILD_DIR}/*.o.d")
  foreach(file IN LISTS files)
    if(file MATCHES "${objects}")
      file(READ "${file}" record)
      string(APPEND records "${record}\n")
    endif()
  endforeach()
endif()
string(REGEX MATCHALL "native/src/seal/[a-z0-9_/]+\\.(h|cpp)" compiled "${records}")
list(TRANSFORM compiled REPLACE "^native/src/" "")
list(REMOVE_DUPLICATES compiled)

set(changed "")
foreach(file IN LISTS compiled)
  if(file IN_LIST DIFFERENCES)
    list(APPEND changed "${file}")
  endif()
endforeach()

file(STRINGS "${NOTICE}" lines REGEX "^ +seal/[^ ]+  ")
set(listed "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "seal/[^ ]+" file "${line}")
  list(APPEND listed "${file}")
endforeach()

list(SORT changed)
list(SORT listed)
if(NOT changed STREQUAL listed)
  message(FATAL_ERROR "NOTICE lists of the fork's differences: ${listed}\nThe build read: ${changed}")
endif()
message(STATUS "Differences of the fork that the build read, as NOTICE lists them: ${listed}")
