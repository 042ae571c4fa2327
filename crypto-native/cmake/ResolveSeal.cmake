# Finds SEAL and offers it as two targets:
#
#   nightjar_seal        what libnightjar.so links: SEAL without its encryptor, decryptor and key generator
#   nightjar_seal_whole  all of it, for the naive programs and the tests
#
# NIGHTJAR_SEAL says where to look. `auto` takes the first of the others that is there, in this order:
#
#   source     the tree in NIGHTJAR_SEAL_SOURCE, built with our options. It must be SEAL 4.4.3 or later; 4.4.3 must be
#              as Microsoft released it, file by file.
#   installed  find_package(SEAL): a static package of 4.4.3 or later. The environment's CMAKE_PREFIX_PATH helps it along.
#   release    the tagged release from SEAL's own repository; NIGHTJAR_SEAL_RELEASE_SHA256 must say what to expect.
#   fork       the tree inside a Rust package, which `cargo vendor` fetches. It is not Microsoft's 4.0.0 but a fork of it.
#
# What is older, or says that it is 4.4.3 and differs from it, is taken only with NIGHTJAR_SEAL_ANY. The digests of the
# trees that we know are in ../seal, in the form of sha256sum; the digest of such a list is the digest of its tree.
#
# Each way is a function nightjar_seal_from_<way>(<out>). It sets <out> to the empty string, having made the targets and
# set the global properties NIGHTJAR_SEAL_VERSION, _KIND, _ORIGIN and _DIGEST, or else to the reason why it could not.
# Wrong bytes end the search, in `auto` too: they are not an absence to work around.

set(NIGHTJAR_SEAL "auto" CACHE STRING "Where SEAL comes from")
set(NIGHTJAR_SEAL_SOURCE "" CACHE PATH "A SEAL source tree, for NIGHTJAR_SEAL=source")
set(NIGHTJAR_SEAL_RELEASE_SHA256 "" CACHE STRING "SHA-256 of the release archive, for NIGHTJAR_SEAL=release")
set(NIGHTJAR_SEAL_ANY "" CACHE STRING "Whether an older SEAL, or a tree that differs from the release, is taken all the same")
set_property(CACHE NIGHTJAR_SEAL PROPERTY STRINGS auto source installed release fork)

set(nightjar_seal_lists "${CMAKE_CURRENT_LIST_DIR}/../seal")
set(nightjar_seal_oldest "4.4.3")

set(nightjar_seal_crate "sealy")
set(nightjar_seal_crate_version "0.2.0")
set(nightjar_seal_fork_version "4.0.0")

set(nightjar_seal_release_version "4.4.3")
set(nightjar_seal_release_url
  "https://github.com/microsoft/SEAL/archive/refs/tags/v${nightjar_seal_release_version}.tar.gz")

# What production does without: the data owner's side of SEAL, and what that side alone needs. polyarray.cpp is the
# fork's own; SEAL has no such file.
set(nightjar_seal_owner_sources encryptor.cpp decryptor.cpp keygenerator.cpp util/rlwe.cpp polyarray.cpp)

# The files of a SEAL tree that our build reads, as the lines of sha256sum.
function(nightjar_seal_digests tree out)
  file(GLOB_RECURSE files RELATIVE "${tree}"
    "${tree}/cmake/*" "${tree}/native/src/*" "${tree}/pkgconfig/*" "${tree}/dotnet/*.in")
  list(APPEND files "CMakeLists.txt")
  list(SORT files)
  set(lines "")
  foreach(file IN LISTS files)
    file(SHA256 "${tree}/${file}" digest)
    string(APPEND lines "${digest}  ${file}\n")
  endforeach()
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# How one list of digests differs from another, as two lists of paths: those that have other bytes, and those that only
# one of the two has.
function(nightjar_seal_compare found expected out_changed out_unpaired)
  string(REGEX REPLACE "\n$" "" found "${found}")
  string(REGEX REPLACE "\n$" "" expected "${expected}")
  string(REPLACE "\n" ";" found "${found}")
  string(REPLACE "\n" ";" expected "${expected}")
  set(left ${found})
  list(REMOVE_ITEM left ${expected})
  list(TRANSFORM left REPLACE "^[0-9a-f]+  " "")
  set(right ${expected})
  list(REMOVE_ITEM right ${found})
  list(TRANSFORM right REPLACE "^[0-9a-f]+  " "")
  set(changed "")
  foreach(path IN LISTS left)
    if(path IN_LIST right)
      list(APPEND changed "${path}")
    endif()
  endforeach()
  set(unpaired ${left} ${right})
  if(changed)
    list(REMOVE_ITEM unpaired ${changed})
  endif()
  set(${out_changed} "${changed}" PARENT_SCOPE)
  set(${out_unpaired} "${unpaired}" PARENT_SCOPE)
endfunction()

# Ends the build unless the tree is the one that a list of ours describes.
function(nightjar_seal_require tree name what)
  file(READ "${nightjar_seal_lists}/${name}.sha256" expected)
  nightjar_seal_digests("${tree}" found)
  if(NOT found STREQUAL expected)
    nightjar_seal_compare("${found}" "${expected}" changed unpaired)
    list(JOIN changed " " changed)
    list(JOIN unpaired " " unpaired)
    message(FATAL_ERROR
      "The tree in '${tree}' is not ${what}.\n"
      "  other bytes:            ${changed}\n  missing, or not in it:  ${unpaired}\n"
      "Get it again. Should it still differ, do not build it.")
  endif()
endfunction()

# Writes down what was taken. A kind is one of those of SealProvenance in Java.
function(nightjar_seal_taken version kind origin digest)
  set_property(GLOBAL PROPERTY NIGHTJAR_SEAL_VERSION "${version}")
  set_property(GLOBAL PROPERTY NIGHTJAR_SEAL_KIND "${kind}")
  set_property(GLOBAL PROPERTY NIGHTJAR_SEAL_ORIGIN "${origin}")
  set_property(GLOBAL PROPERTY NIGHTJAR_SEAL_DIGEST "${digest}")
endfunction()

# The version that a tree says it has, or the empty string if it is no tree of SEAL's.
function(nightjar_seal_tree_version tree out)
  set(version "")
  if(EXISTS "${tree}/native/src/seal/seal.h")
    file(STRINGS "${tree}/CMakeLists.txt" version REGEX "^project\\(SEAL VERSION ")
    string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" version "${version}")
  endif()
  set(${out} "${version}" PARENT_SCOPE)
endfunction()

# Builds the SEAL in a tree as part of this project.
function(nightjar_seal_build tree)
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

  # What production does without is taken out of the archive. What is left may speak of it in functions that nobody
  # calls: with a section for each function, the linker leaves those out too.
  get_target_property(sources seal SOURCES)
  set(owner_sources "")
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH path "${tree}/native/src/seal" "${source}")
    if(path IN_LIST nightjar_seal_owner_sources)
      list(APPEND owner_sources "${source}")
    endif()
  endforeach()
  list(REMOVE_ITEM sources ${owner_sources})
  set_property(TARGET seal PROPERTY SOURCES ${sources})
  target_compile_options(seal PRIVATE -ffunction-sections -fdata-sections)
  add_library(nightjar_seal_owner OBJECT EXCLUDE_FROM_ALL ${owner_sources})
  target_link_libraries(nightjar_seal_owner PUBLIC seal)
  if(NIGHTJAR_SANITIZE)
    # SEAL's iterators dereference null to speak of an empty range; the reference is never read.
    target_compile_options(seal PRIVATE -fno-sanitize=null)
    target_compile_options(nightjar_seal_owner PRIVATE -fno-sanitize=null)
  endif()

  nightjar_seal_wrap(seal)
  target_sources(nightjar_seal_whole INTERFACE $<TARGET_OBJECTS:nightjar_seal_owner>)
endfunction()

# Our two targets, with SEAL's headers as system headers, so that our warnings are about our code.
function(nightjar_seal_wrap target)
  add_library(nightjar_seal INTERFACE)
  target_link_libraries(nightjar_seal INTERFACE ${target})
  target_include_directories(nightjar_seal SYSTEM INTERFACE
    $<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>)
  add_library(nightjar_seal_whole INTERFACE)
  target_link_libraries(nightjar_seal_whole INTERFACE nightjar_seal)
endfunction()

# A tree that is meant to be Microsoft's.
function(nightjar_seal_add_release tree origin out)
  nightjar_seal_tree_version("${tree}" version)
  if(version STREQUAL "")
    set(${out} "no SEAL source tree in '${tree}' (native/src/seal/seal.h is not there)" PARENT_SCOPE)
    return()
  endif()
  if(NOT version MATCHES "^4\\.")
    set(${out} "the tree in '${tree}' is SEAL ${version}; 4.x is needed" PARENT_SCOPE)
    return()
  endif()
  if(version VERSION_LESS nightjar_seal_oldest AND NOT NIGHTJAR_SEAL_ANY)
    set(${out} "the tree in '${tree}' is SEAL ${version}, older than ${nightjar_seal_oldest}; NIGHTJAR_SEAL_ANY=ON takes it"
      PARENT_SCOPE)
    return()
  endif()
  set(list "${nightjar_seal_lists}/upstream-${version}.sha256")
  nightjar_seal_digests("${tree}" lines)
  string(SHA256 digest "${lines}")
  set(kind unknown)
  if(EXISTS "${list}")
    if(NOT NIGHTJAR_SEAL_ANY)
      nightjar_seal_require("${tree}" "upstream-${version}" "SEAL ${version} as Microsoft released it")
    endif()
    file(READ "${list}" expected)
    if(lines STREQUAL expected)
      set(kind upstream)
    endif()
  endif()
  nightjar_seal_build("${tree}")
  nightjar_seal_taken("${version}" "${kind}" "${origin}" "${digest}")
  set(${out} "" PARENT_SCOPE)
endfunction()

function(nightjar_seal_from_source out)
  if(NOT NIGHTJAR_SEAL_SOURCE)
    set(${out} "NIGHTJAR_SEAL_SOURCE is not set" PARENT_SCOPE)
    return()
  endif()
  get_filename_component(tree "${NIGHTJAR_SEAL_SOURCE}" ABSOLUTE)
  nightjar_seal_add_release("${tree}" "source tree" reason)
  if(reason)
    # Who names a tree does not want another one.
    message(FATAL_ERROR "NIGHTJAR_SEAL_SOURCE: ${reason}")
  endif()
  set(${out} "" PARENT_SCOPE)
endfunction()

function(nightjar_seal_from_installed out)
  # SEAL's package answers only to its own minor version. Nobody has this one, so this loads nothing and says what there
  # is: a package that was loaded could not be given back.
  find_package(SEAL 9999 CONFIG QUIET)
  set(reason "find_package(SEAL) found no package; CMAKE_PREFIX_PATH may help")
  foreach(version IN LISTS SEAL_CONSIDERED_VERSIONS)
    if(NOT version MATCHES "^4\\.")
      set(reason "the package is SEAL ${version}; 4.x is needed")
      continue()
    endif()
    if(version VERSION_LESS nightjar_seal_oldest AND NOT NIGHTJAR_SEAL_ANY)
      set(reason "the package is SEAL ${version}, older than ${nightjar_seal_oldest}; NIGHTJAR_SEAL_ANY=ON takes it")
      message(STATUS "Passing over an installed SEAL: ${reason}")
      continue()
    endif()
    find_package(SEAL ${version} EXACT CONFIG QUIET)
    if(NOT TARGET SEAL::seal)
      set(reason "the package of SEAL ${version} has only a shared library; a static one is needed")
      continue()
    endif()
    nightjar_seal_wrap(SEAL::seal)
    nightjar_seal_taken("${version}" package "installed package" "")
    set(reason "")
    break()
  endforeach()
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
  nightjar_seal_add_release("${tree}" "release" reason)
  set(${out} "${reason}" PARENT_SCOPE)
endfunction()

# Nothing of the Rust package is compiled or run; it is how the fork's sources travel.
function(nightjar_seal_from_fork out)
  set(package "${nightjar_seal_crate} ${nightjar_seal_crate_version}")
  set(tree "${CMAKE_BINARY_DIR}/seal-${nightjar_seal_crate}-${nightjar_seal_crate_version}")
  if(NOT EXISTS "${tree}")
    find_program(NIGHTJAR_CARGO cargo)
    if(NOT NIGHTJAR_CARGO)
      set(${out} "cargo is not installed" PARENT_SCOPE)
      return()
    endif()
    message(STATUS "Fetching the sources inside ${package}")
    set(work "${CMAKE_BINARY_DIR}/seal-fetch")
    file(REMOVE_RECURSE "${work}")
    file(WRITE "${work}/src/lib.rs" "")
    file(WRITE "${work}/Cargo.toml"
      "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n"
      "[dependencies]\n${nightjar_seal_crate} = \"=${nightjar_seal_crate_version}\"\n"
      "[workspace]\n")
    # First from what cargo keeps, so that a clean build needs no network; the digests make both the same.
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

  # Every time, not only after fetching: a tree that was touched is not the one we know.
  set(name "fork-${nightjar_seal_fork_version}")
  nightjar_seal_require("${tree}" "${name}" "the fork of SEAL that ${package} is known to have")
  file(SHA256 "${nightjar_seal_lists}/${name}.sha256" digest)
  nightjar_seal_build("${tree}")
  nightjar_seal_taken("${nightjar_seal_fork_version}" fork "Rust package ${package}" "${digest}")
  set(${out} "" PARENT_SCOPE)
endfunction()

set(nightjar_seal_ways source installed release fork)
if(NIGHTJAR_SEAL IN_LIST nightjar_seal_ways)
  set(nightjar_seal_ways "${NIGHTJAR_SEAL}")
elseif(NOT NIGHTJAR_SEAL STREQUAL "auto")
  message(FATAL_ERROR "NIGHTJAR_SEAL is '${NIGHTJAR_SEAL}'; it may be auto, source, installed, release or fork")
endif()

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
    "Nightjar needs SEAL 4.x and found none that it takes. Tried:${nightjar_seal_tried}\n"
    "One of these helps (with Maven: -Dnightjar.seal=..., -Dnightjar.seal.source=..., ...):\n"
    "  -DNIGHTJAR_SEAL=source     with -DNIGHTJAR_SEAL_SOURCE=DIR, a source tree of SEAL ${nightjar_seal_oldest} or later\n"
    "  -DNIGHTJAR_SEAL=installed  a static package of SEAL ${nightjar_seal_oldest} or later that find_package can see\n"
    "  -DNIGHTJAR_SEAL=release    with -DNIGHTJAR_SEAL_RELEASE_SHA256=..., and the network\n"
    "  -DNIGHTJAR_SEAL=fork       with cargo and its package registry: a fork of SEAL 4.0.0")
endif()

# --- what was taken, for the build's log, the library and the SBOM ---------------------------------------------------

foreach(name IN ITEMS VERSION KIND ORIGIN DIGEST)
  get_property(NIGHTJAR_SEAL_${name} GLOBAL PROPERTY NIGHTJAR_SEAL_${name})
endforeach()

set(nightjar_seal_differences "")
if(NIGHTJAR_SEAL_KIND STREQUAL "upstream")
  set(nightjar_seal_meaning "as Microsoft released it")
elseif(NIGHTJAR_SEAL_KIND STREQUAL "package")
  set(nightjar_seal_meaning "whose sources were not checked")
elseif(NIGHTJAR_SEAL_KIND STREQUAL "unknown")
  set(nightjar_seal_meaning "which is no release that this project has digests of")
else()
  file(READ "${nightjar_seal_lists}/fork-${NIGHTJAR_SEAL_VERSION}.sha256" fork)
  file(READ "${nightjar_seal_lists}/upstream-${NIGHTJAR_SEAL_VERSION}.sha256" upstream)
  nightjar_seal_compare("${fork}" "${upstream}" changed added)
  # Of SEAL's own directory; the rest is how SEAL is built.
  list(FILTER changed INCLUDE REGEX "^native/src/")
  list(FILTER added INCLUDE REGEX "^native/src/")
  set(nightjar_seal_differences ${changed} ${added})
  list(TRANSFORM nightjar_seal_differences REPLACE "^native/src/" "")
  list(LENGTH changed changed_count)
  list(LENGTH added added_count)
  set(nightjar_seal_meaning
    "a fork, not Microsoft's release: ${changed_count} of SEAL's files are changed and ${added_count} are added")
endif()
message(STATUS "SEAL ${NIGHTJAR_SEAL_VERSION} (${NIGHTJAR_SEAL_ORIGIN}), ${nightjar_seal_meaning}")

set(component [[{"type": "library", "bom-ref": "seal", "group": "microsoft", "name": "SEAL"}]])
string(JSON component SET "${component}" version "\"${NIGHTJAR_SEAL_VERSION}\"")
string(JSON component SET "${component}" description "\"${NIGHTJAR_SEAL_ORIGIN}, ${nightjar_seal_meaning}\"")
string(JSON component SET "${component}" licenses [=[[{"license": {"id": "MIT"}}]]=])
set(upstream_purl "pkg:github/microsoft/SEAL@v${NIGHTJAR_SEAL_VERSION}")
if(NIGHTJAR_SEAL_KIND STREQUAL "upstream")
  string(JSON component SET "${component}" purl "\"${upstream_purl}\"")
elseif(NIGHTJAR_SEAL_KIND STREQUAL "fork")
  string(JSON component SET "${component}" purl "\"pkg:cargo/${nightjar_seal_crate}@${nightjar_seal_crate_version}\"")
  string(JSON component SET "${component}" pedigree "{\"ancestors\": [{\"type\": \"library\", \"group\": \"microsoft\",
    \"name\": \"SEAL\", \"version\": \"${NIGHTJAR_SEAL_VERSION}\", \"purl\": \"${upstream_purl}\"}],
    \"notes\": \"NOTICE lists what the job jar has of the differences.\"}")
endif()
string(JSON component SET "${component}" properties
  "[{\"name\": \"nightjar:seal:kind\", \"value\": \"${NIGHTJAR_SEAL_KIND}\"},
    {\"name\": \"nightjar:seal:sha256\", \"value\": \"${NIGHTJAR_SEAL_DIGEST}\"}]")
file(WRITE "${CMAKE_BINARY_DIR}/seal.cdx.json" "${component}\n")
