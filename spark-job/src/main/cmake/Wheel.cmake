# Packs the Python package and the job jar as a wheel, which needs no Python:
#
#   cmake -DSOURCE=DIRECTORY -DJAR=FILE -DVERSION=VERSION -DPYSPARK=VERSION -DWORK=DIRECTORY -P Wheel.cmake
#
# SOURCE has the package nightjar_spark, VERSION is Maven's, and PYSPARK that of the Spark that the jar is built for. The
# wheel is written beside the jar. Its name ends with the machine that the native library in the jar is for.

cmake_minimum_required(VERSION 3.20)
include("${CMAKE_CURRENT_LIST_DIR}/PackWheel.cmake")

cmake_path(GET JAR PARENT_PATH target)
set(project "${CMAKE_CURRENT_LIST_DIR}/../../../..")
string(REGEX REPLACE "-SNAPSHOT$" ".dev0" version "${VERSION}")
string(REGEX REPLACE "^([0-9]+)[.]([0-9]+)[.].*" "\\1.\\2" spark "${PYSPARK}")
cmake_host_system_information(RESULT machine QUERY OS_PLATFORM)
set(name "nightjar_spark-${version}")
set(tag "py3-none-linux_${machine}")

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
