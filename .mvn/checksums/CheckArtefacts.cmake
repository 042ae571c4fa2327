# Compares the jars that Maven resolved for a module with the digests that the project keeps:
#
#   cmake -DCLASSPATH=FILE -DREPOSITORY=DIR -DPINS=FILE [-DWRITE=true] -P CheckArtefacts.cmake
#
# CLASSPATH has paths of jars with semicolons between them; PINS has a line for each, "<SHA-256>  <path under
# REPOSITORY>". What PINS has beyond them is for other modules. WRITE adds what is missing and corrects what differs,
# instead of failing.

cmake_minimum_required(VERSION 3.20)

file(READ "${CLASSPATH}" jars)
string(STRIP "${jars}" jars)
file(STRINGS "${PINS}" pins REGEX "^[0-9a-f]+  ")

set(wrong "")
foreach(jar IN LISTS jars)
  file(RELATIVE_PATH path "${REPOSITORY}" "${jar}")
  file(SHA256 "${jar}" digest)
  if(NOT "${digest}  ${path}" IN_LIST pins)
    list(APPEND wrong "${digest}  ${path}")
    string(REGEX REPLACE "([.+])" "\\\\\\1" name "${path}")
    list(FILTER pins EXCLUDE REGEX "  ${name}$")
    list(APPEND pins "${digest}  ${path}")
  endif()
endforeach()

if(NOT wrong)
  return()
endif()
if(NOT WRITE)
  list(JOIN wrong "\n  " wrong)
  message(FATAL_ERROR
    "These artefacts are not those that '${PINS}' lists:\n  ${wrong}\n"
    "If a dependency was changed on purpose, 'make pins' writes the file anew, and its difference is to be read. "
    "If not, the local repository or what it was filled from has other bytes: do not run them.")
endif()
# By path, so that a new version stands where the old one did.
list(TRANSFORM pins REPLACE "^([0-9a-f]+)  (.*)$" "\\2  \\1")
list(SORT pins)
list(TRANSFORM pins REPLACE "^(.*)  ([0-9a-f]+)$" "\\2  \\1")
list(JOIN pins "\n" pins)
file(WRITE "${PINS}" "${pins}\n")
