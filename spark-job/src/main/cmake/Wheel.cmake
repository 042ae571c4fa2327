# Packs the Python package and the job jar as a wheel, which needs no Python:
#
#   cmake -DSOURCE=DIRECTORY -DJAR=FILE -DVERSION=VERSION -DPYSPARK=VERSION -DWORK=DIRECTORY -DJAR_TOOL=FILE -P Wheel.cmake
#
# SOURCE has the package nightjar_spark, VERSION is Maven's, and PYSPARK that of the Spark that the jar is built for. The
# wheel is written beside the jar. Its name ends with the machines that native libraries in the jar are for.

cmake_minimum_required(VERSION 3.20)
include("${CMAKE_CURRENT_LIST_DIR}/PackWheel.cmake")

cmake_path(GET JAR PARENT_PATH target)
set(project "${CMAKE_CURRENT_LIST_DIR}/../../../..")
string(REGEX REPLACE "-SNAPSHOT$" ".dev0" version "${VERSION}")
string(REGEX REPLACE "^([0-9]+)[.]([0-9]+)[.].*" "\\1.\\2" spark "${PYSPARK}")
set(name "nightjar_spark-${version}")
execute_process(COMMAND "${CMAKE_COMMAND}" -E tar tf "${JAR}" OUTPUT_VARIABLE entries COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "native/[a-z0-9_-]+/libnightjar[.]so" libraries "${entries}")
list(TRANSFORM libraries REPLACE "native/(.*)/libnightjar[.]so" "\\1")
list(TRANSFORM libraries REPLACE "-" "_")
list(SORT libraries)
list(JOIN libraries "." platforms)
if(NOT platforms)
  message(FATAL_ERROR "'${JAR}' has no native library")
endif()
set(tag "py3-none-${platforms}")

file(REMOVE_RECURSE "${WORK}")
file(GLOB sources "${SOURCE}/nightjar_spark/*.py")
file(COPY ${sources} "${JAR}" DESTINATION "${WORK}/nightjar_spark")
file(COPY "${project}/LICENSE" "${project}/NOTICE" DESTINATION "${WORK}/${name}.dist-info/licenses")
file(WRITE "${WORK}/${name}.dist-info/METADATA"
"Metadata-Version: 2.4
Name: nightjar-spark
Version: ${version}
Summary: Private batch scoring on Apache Spark: Nightjar from PySpark
License-Expression: Apache-2.0
License-File: LICENSE
License-File: NOTICE
Requires-Python: >=3.10
Requires-Dist: pyspark ~=${spark}.0
")
pack_wheel("${WORK}" "${name}" "${tag}" "${target}")
