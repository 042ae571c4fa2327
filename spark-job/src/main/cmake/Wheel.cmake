# Packs the Python package and the job jar as a wheel, which needs no Python:
#
#   cmake -DSOURCE=DIRECTORY -DJAR=FILE -DVERSION=VERSION -DPYSPARK=VERSION -DWORK=DIRECTORY -P Wheel.cmake
#
# SOURCE has the package nightjar_spark, VERSION is Maven's, and PYSPARK that of the Spark that the jar is built for. The
# wheel is written beside the jar. Its name ends with the machine that the native library in the jar is for.

cmake_minimum_required(VERSION 3.20)

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
file(WRITE "${WORK}/${name}.dist-info/WHEEL"
"Wheel-Version: 1.0
Generator: nightjar (Wheel.cmake)
Root-Is-Purelib: false
Tag: ${tag}
")

# Sets a variable to hexadecimal digits as the Base64 of URLs, without padding.
function(base64 variable hex)
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
  string(LENGTH "${hex}" digits)
  math(EXPR characters "(${digits} * 4 + 5) / 6")
  string(APPEND hex "0000")
  set(text)
  set(at 0)
  while(at LESS digits)
    string(SUBSTRING "${hex}" ${at} 6 three)
    foreach(shift 18 12 6 0)
      math(EXPR place "0x${three} >> ${shift} & 63")
      string(SUBSTRING "${alphabet}" ${place} 1 character)
      string(APPEND text "${character}")
    endforeach()
    math(EXPR at "${at} + 6")
  endwhile()
  string(SUBSTRING "${text}" 0 ${characters} text)
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE files RELATIVE "${WORK}" "${WORK}/*")
list(SORT files)
set(record)
foreach(file ${files})
  file(SHA256 "${WORK}/${file}" hex)
  base64(digest "${hex}")
  file(SIZE "${WORK}/${file}" size)
  string(APPEND record "${file},sha256=${digest},${size}\n")
endforeach()
set(record_file "${name}.dist-info/RECORD")
file(WRITE "${WORK}/${record_file}" "${record}${record_file},,\n")

file(GLOB before "${target}/nightjar_spark-*.whl")
foreach(wheel ${before})
  file(REMOVE "${wheel}")
endforeach()
execute_process(
  COMMAND "${CMAKE_COMMAND}" -E tar cf "${target}/${name}-${tag}.whl" --format=zip "--mtime=2025-01-01 00:00:00Z" --
          ${files} "${record_file}"
  WORKING_DIRECTORY "${WORK}" COMMAND_ERROR_IS_FATAL ANY)
