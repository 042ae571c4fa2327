# Packs a directory as a wheel, which needs no Python: pack_wheel(DIRECTORY NAME TAG TARGET).
#
# DIRECTORY has the packages and NAME.dist-info but for WHEEL and RECORD, NAME is that of the distribution with its
# version, and TAG says what the wheel is for; platforms in it may be several, with points between them. The wheel is
# written to TARGET, in place of others of that distribution, by JAR_TOOL, the program `jar` of a JDK.

cmake_minimum_required(VERSION 3.20)

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

function(pack_wheel work name tag target)
  string(REGEX MATCH "any$" pure "${tag}")
  if(pure)
    set(pure true)
  else()
    set(pure false)
  endif()
  # One line for each platform.
  string(REGEX MATCH "^(.*-)([^-]+)$" tags "${tag}")
  string(REPLACE "." "\nTag: ${CMAKE_MATCH_1}" tags "${CMAKE_MATCH_1}${CMAKE_MATCH_2}")
  file(WRITE "${work}/${name}.dist-info/WHEEL"
"Wheel-Version: 1.0
Generator: nightjar (PackWheel.cmake)
Root-Is-Purelib: ${pure}
Tag: ${tags}
")
  file(GLOB_RECURSE files RELATIVE "${work}" "${work}/*")
  list(SORT files)
  set(record)
  foreach(file ${files})
    file(SHA256 "${work}/${file}" hex)
    base64(digest "${hex}")
    file(SIZE "${work}/${file}" size)
    string(APPEND record "${file},sha256=${digest},${size}\n")
  endforeach()
  set(record_file "${name}.dist-info/RECORD")
  file(WRITE "${work}/${record_file}" "${record}${record_file},,\n")

  string(REGEX REPLACE "-.*" "" distribution "${name}")
  file(GLOB before "${target}/${distribution}-*.whl")
  foreach(wheel ${before})
    file(REMOVE "${wheel}")
  endforeach()
  # CMake's own zip files have the times of access and change beside that which it can be given.
  execute_process(
    COMMAND "${JAR_TOOL}" --create --no-manifest --date 2025-01-01T00:00:00Z --file "${target}/${name}-${tag}.whl"
            ${files} "${record_file}"
    WORKING_DIRECTORY "${work}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()
