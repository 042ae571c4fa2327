# Tests that a copied build tree is made anew, and that one in its place is left alone.

cmake_minimum_required(VERSION 3.20)
include("${CMAKE_CURRENT_LIST_DIR}/../../../cmake/ForgetOtherPlace.cmake")

# Makes a build tree in "<SCRATCH>/here" that remembers a place, passes it on, and sets `left` to what is still there.
function(after_remembering home cache)
  file(REMOVE_RECURSE "${SCRATCH}")
  file(MAKE_DIRECTORY "${SCRATCH}/source")
  file(WRITE "${SCRATCH}/here/CMakeCache.txt"
    "CMAKE_HOME_DIRECTORY:INTERNAL=${home}\nCMAKE_CACHEFILE_DIR:INTERNAL=${cache}\n")
  file(WRITE "${SCRATCH}/here/CMakeFiles/x" "")
  file(WRITE "${SCRATCH}/here/build.ninja" "")
  file(WRITE "${SCRATCH}/here/seal/x" "")
  file(WRITE "${SCRATCH}/here/seal-crate-1.2.3/x" "")
  nightjar_forget_other_place("${SCRATCH}/source" "${SCRATCH}/here")
  file(GLOB left RELATIVE "${SCRATCH}/here" "${SCRATCH}/here/*")
  set(left "${left}" PARENT_SCOPE)
endfunction()

after_remembering("${SCRATCH}/source" "${SCRATCH}/here")
if(NOT left STREQUAL "CMakeCache.txt;CMakeFiles;build.ninja;seal;seal-crate-1.2.3")
  message(FATAL_ERROR "A tree in its place was changed: ${left}")
endif()
foreach(place IN ITEMS "${SCRATCH}/elsewhere|${SCRATCH}/here" "${SCRATCH}/source|${SCRATCH}/there")
  string(REPLACE "|" ";" place "${place}")
  after_remembering(${place})
  if(NOT left STREQUAL "seal-crate-1.2.3")
    message(FATAL_ERROR "A copied tree (${place}) still has: ${left}")
  endif()
endforeach()
