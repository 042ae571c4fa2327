# Puts the wheels into a release, beside the Maven repository that it is, and writes down the digests of all its files:
#
#   cmake -DRELEASE=DIRECTORY -DVERSION=VERSION -DTARGET=DIRECTORY -P Release.cmake
#
# TARGET has the wheels. Each file gets FILE.sha256 and FILE.sha512, in the form that Maven repositories have them; the
# MD5 and SHA-1 that they ask for are there already.

cmake_minimum_required(VERSION 3.20)

file(GLOB wheels "${TARGET}/nightjar_*-${VERSION}-*.whl")
list(LENGTH wheels count)
if(NOT count EQUAL 2)
  message(FATAL_ERROR "There are ${count} wheels of ${VERSION} in ${TARGET}, and not 2: build all of spark-job")
endif()
file(COPY ${wheels} DESTINATION "${RELEASE}/wheels")

file(GLOB_RECURSE files "${RELEASE}/*")
list(FILTER files EXCLUDE REGEX "[.](md5|sha1|sha256|sha512)$")
foreach(file ${files})
  foreach(kind 256 512)
    file(SHA${kind} "${file}" digest)
    file(WRITE "${file}.sha${kind}" "${digest}")
  endforeach()
endforeach()
