# Adds SEAL, which Maven does not know of, to the SBOM of the job jar:
#
#   cmake -DBOM=FILE -DCOMPONENT=FILE -P CompleteBom.cmake
#
# BOM is what the CycloneDX plugin wrote; COMPONENT is what the native build wrote down of the SEAL that it took.

cmake_minimum_required(VERSION 3.20)

if(NOT EXISTS "${COMPONENT}")
  message(FATAL_ERROR "'${COMPONENT}' is not there: build crypto-native with this module (-am)")
endif()
file(READ "${BOM}" bom)
file(READ "${COMPONENT}" component)
string(JSON count LENGTH "${bom}" components)
string(JSON bom SET "${bom}" components ${count} "${component}")

# crypto-native depends on it.
string(JSON native GET "${component}" bom-ref)
string(JSON last LENGTH "${bom}" dependencies)
foreach(i RANGE ${last})
  if(i EQUAL last)
    message(FATAL_ERROR "'${BOM}' does not name crypto-native")
  endif()
  string(JSON ref GET "${bom}" dependencies ${i} ref)
  if(ref MATCHES "/crypto-native@")
    string(JSON count LENGTH "${bom}" dependencies ${i} dependsOn)
    string(JSON bom SET "${bom}" dependencies ${i} dependsOn ${count} "\"${native}\"")
    break()
  endif()
endforeach()
string(JSON bom SET "${bom}" dependencies ${last} "{\"ref\": \"${native}\", \"dependsOn\": []}")
file(WRITE "${BOM}" "${bom}\n")
