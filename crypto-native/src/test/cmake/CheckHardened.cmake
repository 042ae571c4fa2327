# Tests, by what readelf says, that a library was compiled and linked as CMakeLists.txt asks:
#
#   cmake -DREADELF=PROGRAM -DLIBRARY=FILE -P CheckHardened.cmake

cmake_minimum_required(VERSION 3.20)

execute_process(COMMAND "${READELF}" --wide --program-headers --dynamic --dyn-syms "${LIBRARY}"
  OUTPUT_VARIABLE found RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "readelf cannot read '${LIBRARY}'")
endif()

# Calls are bound when the library is loaded, and their table is then read-only.
set(wanted_relro "GNU_RELRO ")
set(wanted_now "\\(FLAGS(_1)?\\)[^\n]*(BIND_)?NOW")
set(wanted_canary " __stack_chk_fail")
set(wanted_fortified " __[a-z]+_chk[@ \n]")
foreach(what IN ITEMS relro now canary fortified)
  if(NOT found MATCHES "${wanted_${what}}")
    message(FATAL_ERROR "'${LIBRARY}' lacks ${what}: ${wanted_${what}}")
  endif()
endforeach()
# Neither the stack nor a segment of code can be written and executed.
if(found MATCHES "GNU_STACK [^\n]*RWE" OR found MATCHES "LOAD [^\n]*RWE")
  message(FATAL_ERROR "'${LIBRARY}' has memory that can be written and executed")
endif()
if(found MATCHES "\\(TEXTREL\\)")
  message(FATAL_ERROR "'${LIBRARY}' changes its own code when it is loaded")
endif()
