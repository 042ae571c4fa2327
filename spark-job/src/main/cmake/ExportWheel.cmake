# Packs the Python package that brings models from elsewhere as a wheel:
#
#   cmake -DSOURCE=DIRECTORY -DVERSION=VERSION -DTARGET=DIRECTORY -DWORK=DIRECTORY -DJAR_TOOL=FILE -P ExportWheel.cmake
#
# SOURCE has pyproject.toml, which says what the package needs, and the package nightjar_export; VERSION is Maven's.

cmake_minimum_required(VERSION 3.20)
include("${CMAKE_CURRENT_LIST_DIR}/PackWheel.cmake")

set(project "${CMAKE_CURRENT_LIST_DIR}/../../../..")
string(REGEX REPLACE "-SNAPSHOT$" ".dev0" version "${VERSION}")
set(name "nightjar_export-${version}")

# Sets a variable to the lines of METADATA for a list of requirements in pyproject.toml.
function(requires variable text key suffix)
  if(NOT text MATCHES "${key} = [[]([^]]*)[]]")
    message(FATAL_ERROR "pyproject.toml has no ${key}")
  endif()
  string(REGEX MATCHALL "\"[^\"]+\"" requirements "${CMAKE_MATCH_1}")
  set(lines)
  foreach(requirement ${requirements})
    string(REPLACE "\"" "" requirement "${requirement}")
    string(APPEND lines "Requires-Dist: ${requirement}${suffix}\n")
  endforeach()
  set(${variable} "${lines}" PARENT_SCOPE)
endfunction()

file(READ "${SOURCE}/pyproject.toml" pyproject)
requires(needed "${pyproject}" "dependencies" "")
requires(compare "${pyproject}" "compare" "; extra == 'compare'")

file(REMOVE_RECURSE "${WORK}")
file(GLOB sources "${SOURCE}/nightjar_export/*.py")
file(COPY ${sources} DESTINATION "${WORK}/nightjar_export")
file(COPY "${project}/LICENSE" "${project}/NOTICE" DESTINATION "${WORK}/${name}.dist-info/licenses")
file(WRITE "${WORK}/${name}.dist-info/METADATA"
"Metadata-Version: 2.4
Name: nightjar-export
Version: ${version}
Summary: Brings a trained network to Nightjar, for private batch scoring on Apache Spark
License-Expression: Apache-2.0
License-File: LICENSE
License-File: NOTICE
Requires-Python: >=3.10
Provides-Extra: compare
${needed}${compare}")
file(WRITE "${WORK}/${name}.dist-info/entry_points.txt"
"[console_scripts]
nightjar-export = nightjar_export.cli:main
")
pack_wheel("${WORK}" "${name}" "py3-none-any" "${TARGET}")
